CREATE TABLE batch (
	name VARCHAR(255) NOT NULL,
	job TEXT NOT NULL,
	title TEXT NOT NULL,
	number TEXT NOT NULL,
	digest VARCHAR(64) NOT NULL,
	state VARCHAR(16) NOT NULL,
	reason TEXT NOT NULL,
	fence INTEGER NOT NULL,
	folder TEXT NOT NULL,
	sample INTEGER NOT NULL,
	letters INTEGER NOT NULL,
	documents INTEGER NOT NULL,
	skipped INTEGER NOT NULL,
	recorded_at VARCHAR(32) NOT NULL,
	recorded_by TEXT NOT NULL,
	manifest BLOB NOT NULL,
	PRIMARY KEY (name),
	CONSTRAINT state_known CHECK (state IN ('draft', 'approved', 'sending', 'halted', 'done', 'cancelled', 'superseded'))
);

CREATE TABLE canary (
	id INTEGER NOT NULL,
	account VARCHAR(255) NOT NULL,
	token VARCHAR(40) NOT NULL,
	at VARCHAR(32) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (token)
);

CREATE INDEX ix_canary_account ON canary (account);

CREATE TABLE folder (
	account VARCHAR(255) NOT NULL,
	name VARCHAR(255) NOT NULL,
	uidvalidity BIGINT NOT NULL,
	uid BIGINT NOT NULL,
	changed VARCHAR(32),
	at VARCHAR(32) NOT NULL,
	PRIMARY KEY (account, name)
);

CREATE TABLE meta (
	"key" VARCHAR(40) NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY ("key")
);

CREATE TABLE number (
	id INTEGER NOT NULL,
	code VARCHAR(40) NOT NULL,
	year INTEGER NOT NULL,
	ordinal INTEGER NOT NULL,
	sort VARCHAR(16) NOT NULL,
	state VARCHAR(16) NOT NULL,
	job TEXT NOT NULL,
	entry INTEGER NOT NULL,
	member VARCHAR(32) NOT NULL,
	round INTEGER NOT NULL,
	batch TEXT NOT NULL,
	at VARCHAR(32) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (code, year, ordinal),
	CONSTRAINT state_known CHECK (state IN ('reserved', 'final', 'void', 'gap'))
);

CREATE INDEX number_job ON number (job, state);

CREATE TABLE paper (
	job VARCHAR(255) NOT NULL,
	organisation VARCHAR(255) NOT NULL,
	period VARCHAR(10) NOT NULL,
	"by" TEXT NOT NULL,
	at VARCHAR(32) NOT NULL,
	PRIMARY KEY (job, organisation, period)
);

CREATE TABLE pause (
	account VARCHAR(255) NOT NULL,
	until VARCHAR(32) NOT NULL,
	step INTEGER NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (account)
);

CREATE TABLE private (
	address VARCHAR(255) NOT NULL,
	organisation TEXT NOT NULL,
	"by" TEXT NOT NULL,
	at VARCHAR(32) NOT NULL,
	PRIMARY KEY (address)
);

CREATE TABLE seat (
	account VARCHAR(255) NOT NULL,
	worker VARCHAR(255) NOT NULL,
	until VARCHAR(32) NOT NULL,
	PRIMARY KEY (account, worker)
);

CREATE TABLE series (
	code VARCHAR(40) NOT NULL,
	year INTEGER NOT NULL,
	start INTEGER NOT NULL,
	PRIMARY KEY (code, year)
);

CREATE TABLE tempo (
	account VARCHAR(255) NOT NULL,
	share INTEGER NOT NULL,
	assumed INTEGER NOT NULL,
	good INTEGER NOT NULL,
	refusals INTEGER NOT NULL,
	logins INTEGER NOT NULL,
	stopped TEXT NOT NULL,
	PRIMARY KEY (account)
);

CREATE TABLE approval (
	id INTEGER NOT NULL,
	batch VARCHAR(255) NOT NULL,
	digest VARCHAR(64) NOT NULL,
	"by" TEXT NOT NULL,
	basis TEXT NOT NULL,
	basis_sha256 VARCHAR(64) NOT NULL,
	typed_by TEXT NOT NULL,
	at VARCHAR(32) NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(batch) REFERENCES batch (name)
);

CREATE INDEX ix_approval_batch ON approval (batch);

CREATE TABLE bearing (
	id INTEGER NOT NULL,
	batch VARCHAR(255) NOT NULL,
	sort VARCHAR(16) NOT NULL,
	entry INTEGER NOT NULL,
	code VARCHAR(40) NOT NULL,
	year INTEGER NOT NULL,
	first INTEGER NOT NULL,
	last INTEGER NOT NULL,
	seal VARCHAR(64) NOT NULL,
	paper VARCHAR(64) NOT NULL,
	whole INTEGER NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(batch) REFERENCES batch (name)
);

CREATE INDEX bearing_series ON bearing (code, year);

CREATE INDEX ix_bearing_batch ON bearing (batch);

CREATE TABLE breaker (
	batch VARCHAR(255) NOT NULL,
	account VARCHAR(255) NOT NULL,
	since INTEGER NOT NULL,
	until VARCHAR(32),
	step INTEGER NOT NULL,
	PRIMARY KEY (batch, account),
	FOREIGN KEY(batch) REFERENCES batch (name)
);

CREATE TABLE letter (
	id INTEGER NOT NULL,
	batch VARCHAR(255) NOT NULL,
	organisation TEXT NOT NULL,
	kind VARCHAR(40) NOT NULL,
	n INTEGER NOT NULL,
	channel VARCHAR(16) NOT NULL,
	name TEXT NOT NULL,
	short TEXT NOT NULL,
	category TEXT NOT NULL,
	"to" TEXT NOT NULL,
	cc TEXT NOT NULL,
	subject TEXT NOT NULL,
	body TEXT NOT NULL,
	attachments TEXT NOT NULL,
	content VARCHAR(64) NOT NULL,
	token VARCHAR(40) NOT NULL,
	message_id TEXT,
	state VARCHAR(16) NOT NULL,
	fence INTEGER NOT NULL,
	worker TEXT NOT NULL,
	lease_until VARCHAR(32),
	next_at VARCHAR(32),
	attempts INTEGER NOT NULL,
	first_at VARCHAR(32),
	settled_at VARCHAR(32),
	code INTEGER NOT NULL,
	reply TEXT NOT NULL,
	reason TEXT NOT NULL,
	account VARCHAR(255) DEFAULT '' NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (batch, organisation, kind, n, channel),
	CONSTRAINT state_known CHECK (state IN ('queued', 'leased', 'dot', 'accepted', 'deferred', 'rejected', 'expired', 'held', 'in_doubt', 'cancelled')),
	CONSTRAINT channel_known CHECK (channel IN ('live', 'trial', 'rehearsal')),
	FOREIGN KEY(batch) REFERENCES batch (name),
	UNIQUE (token),
	UNIQUE (message_id)
);

CREATE INDEX letter_address ON letter (substr("to", 1, 200), kind, content);

CREATE INDEX letter_content ON letter (organisation, kind, content);

CREATE INDEX letter_next ON letter (batch, channel, state, next_at);

CREATE INDEX letter_queue ON letter (batch, channel, state, id);

CREATE TABLE loop (
	batch VARCHAR(255) NOT NULL,
	PRIMARY KEY (batch),
	FOREIGN KEY(batch) REFERENCES batch (name)
);

CREATE TABLE attempt (
	id INTEGER NOT NULL,
	letter INTEGER NOT NULL,
	fence INTEGER NOT NULL,
	worker TEXT NOT NULL,
	account TEXT NOT NULL,
	outcome VARCHAR(16) NOT NULL,
	stage VARCHAR(16) NOT NULL,
	code INTEGER NOT NULL,
	text TEXT NOT NULL,
	at VARCHAR(32) NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(letter) REFERENCES letter (id)
);

CREATE INDEX ix_attempt_letter ON attempt (letter);

CREATE TABLE intake (
	id INTEGER NOT NULL,
	sha256 VARCHAR(64) NOT NULL,
	how VARCHAR(8) NOT NULL,
	name TEXT NOT NULL,
	sender TEXT NOT NULL,
	subject TEXT NOT NULL,
	letter INTEGER,
	at VARCHAR(32) NOT NULL,
	taken_at VARCHAR(32) NOT NULL,
	who TEXT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (sha256),
	FOREIGN KEY(letter) REFERENCES letter (id)
);

CREATE INDEX ix_intake_letter ON intake (letter);

CREATE TABLE mail (
	id INTEGER NOT NULL,
	account VARCHAR(255) NOT NULL,
	uidvalidity BIGINT NOT NULL,
	uid BIGINT NOT NULL,
	sha256 VARCHAR(64) NOT NULL,
	sort VARCHAR(16) NOT NULL,
	letter INTEGER,
	sender TEXT NOT NULL,
	subject TEXT NOT NULL,
	words TEXT NOT NULL,
	at VARCHAR(32) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (account, uidvalidity, uid),
	FOREIGN KEY(letter) REFERENCES letter (id)
);

CREATE INDEX ix_mail_letter ON mail (letter);

CREATE TABLE move (
	id INTEGER NOT NULL,
	at VARCHAR(32) NOT NULL,
	who TEXT NOT NULL,
	batch VARCHAR(255),
	letter INTEGER,
	"before" VARCHAR(16) NOT NULL,
	"after" VARCHAR(16) NOT NULL,
	fence INTEGER NOT NULL,
	account TEXT NOT NULL,
	reason TEXT NOT NULL,
	hash VARCHAR(64) NOT NULL,
	salt VARCHAR(32) DEFAULT '' NOT NULL,
	seal VARCHAR(64) DEFAULT '' NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(batch) REFERENCES batch (name),
	FOREIGN KEY(letter) REFERENCES letter (id),
	UNIQUE (hash)
);

CREATE INDEX ix_move_batch ON move (batch);

CREATE INDEX move_dots ON move (account, "after", at);

CREATE TABLE reminder (
	id INTEGER NOT NULL,
	batch VARCHAR(255) NOT NULL,
	organisation VARCHAR(255) NOT NULL,
	period VARCHAR(10) NOT NULL,
	n INTEGER NOT NULL,
	step TEXT NOT NULL,
	letter INTEGER,
	at VARCHAR(32) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (batch, organisation, period, n),
	FOREIGN KEY(batch) REFERENCES batch (name),
	FOREIGN KEY(letter) REFERENCES letter (id)
);

CREATE INDEX ix_reminder_letter ON reminder (letter);

CREATE TABLE entry (
	id INTEGER NOT NULL,
	kind VARCHAR(16) NOT NULL,
	batch VARCHAR(255),
	letter INTEGER,
	data TEXT NOT NULL,
	salt VARCHAR(32) NOT NULL,
	seal VARCHAR(64) NOT NULL,
	at VARCHAR(32) NOT NULL,
	who TEXT NOT NULL,
	move INTEGER NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT kind_known CHECK (kind IN ('review', 'evidence', 'readdress', 'resend', 'recall', 'correct', 'stamped', 'number', 'takeover', 'forget', 'archive', 'returned', 'assign', 'discard', 'accept', 'paper', 'standing')),
	FOREIGN KEY(batch) REFERENCES batch (name),
	FOREIGN KEY(letter) REFERENCES letter (id),
	UNIQUE (move),
	FOREIGN KEY(move) REFERENCES move (id)
);

CREATE INDEX ix_entry_batch ON entry (batch);

CREATE INDEX ix_entry_kind ON entry (kind);

CREATE INDEX ix_entry_letter ON entry (letter);

CREATE TABLE held (
	id INTEGER NOT NULL,
	intake INTEGER NOT NULL,
	part TEXT NOT NULL,
	sha256 VARCHAR(64) NOT NULL,
	reason VARCHAR(16) NOT NULL,
	words TEXT NOT NULL,
	job TEXT NOT NULL,
	organisation TEXT NOT NULL,
	state VARCHAR(12) NOT NULL,
	decided_by TEXT NOT NULL,
	decided_at VARCHAR(32),
	PRIMARY KEY (id),
	CONSTRAINT reason_known CHECK (reason IN ('forged', 'two_tokens', 'another', 'unknown_sender', 'no_token', 'wrong_form', 'two_forms', 'macro', 'bomb', 'old_format', 'picture', 'unreadable', 'locked', 'wrong_day', 'unclear', 'empty', 'nil_refused', 'winmail', 'big')),
	CONSTRAINT state_known CHECK (state IN ('open', 'assigned', 'discarded')),
	FOREIGN KEY(intake) REFERENCES intake (id)
);

CREATE INDEX ix_held_intake ON held (intake);

CREATE INDEX ix_held_state ON held (state);

CREATE TABLE mark (
	id INTEGER NOT NULL,
	letter INTEGER NOT NULL,
	kind VARCHAR(16) NOT NULL,
	address TEXT NOT NULL,
	words TEXT NOT NULL,
	mail VARCHAR(64) NOT NULL,
	at VARCHAR(32) NOT NULL,
	move INTEGER NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (letter, kind, address, mail),
	CONSTRAINT kind_known CHECK (kind IN ('bounced', 'replied', 'auto_replied')),
	FOREIGN KEY(letter) REFERENCES letter (id),
	UNIQUE (move),
	FOREIGN KEY(move) REFERENCES move (id)
);

CREATE INDEX ix_mark_letter ON mark (letter);

CREATE TABLE returned (
	id INTEGER NOT NULL,
	intake INTEGER NOT NULL,
	batch VARCHAR(255) NOT NULL,
	job VARCHAR(255) NOT NULL,
	organisation VARCHAR(255) NOT NULL,
	period VARCHAR(10) NOT NULL,
	subject TEXT NOT NULL,
	version INTEGER NOT NULL,
	part TEXT NOT NULL,
	sha256 VARCHAR(64) NOT NULL,
	"values" TEXT NOT NULL,
	verdict VARCHAR(8) NOT NULL,
	findings TEXT NOT NULL,
	late INTEGER NOT NULL,
	at VARCHAR(32) NOT NULL,
	accepted_by TEXT NOT NULL,
	accepted_at VARCHAR(32),
	PRIMARY KEY (id),
	UNIQUE (job, organisation, period, subject, version),
	CONSTRAINT verdict_known CHECK (verdict IN ('good', 'nil', 'noted', 'faulty')),
	FOREIGN KEY(intake) REFERENCES intake (id),
	FOREIGN KEY(batch) REFERENCES batch (name)
);

CREATE INDEX ix_returned_intake ON returned (intake);

