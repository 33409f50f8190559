"""States of batches and letters, and the one table of moves between them."""

from __future__ import annotations

from enum import StrEnum


class BatchState(StrEnum):
    """Where a batch stands."""

    DRAFT = "draft"  # merged, not signed
    APPROVED = "approved"  # signed, nothing has left
    SENDING = "sending"  # letters are leaving, or wait to leave
    HALTED = "halted"  # stopped by a refused login or a file that is not the signed one
    DONE = "done"  # nothing waits and nothing is in doubt
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"  # a newer draft, or a correction, stands in its place

    @property
    def word(self) -> str:
        """Name the state as staff see it."""
        return _BATCH_WORDS[self]


class LetterState(StrEnum):
    """Where a letter stands."""

    QUEUED = "queued"  # may be claimed
    LEASED = "leased"  # a worker has it; the terminator has provably not been sent
    DOT = "dot"  # committed; the terminator is about to leave, or has left
    ACCEPTED = "accepted"  # the server said 250
    DEFERRED = "deferred"  # to be tried again at next_at
    REJECTED = "rejected"  # refused for good
    EXPIRED = "expired"  # tried for too long
    HELD = "held"  # its content was refused; a person looks first
    IN_DOUBT = "in_doubt"  # the one state that may hide an accepted letter; never sent by itself
    CANCELLED = "cancelled"

    @property
    def word(self) -> str:
        """Name the state as staff see it."""
        return _LETTER_WORDS[self]


class Channel(StrEnum):
    """Which road: only a live letter is an issue; trials and rehearsals never touch one."""

    LIVE = "live"
    TRIAL = "trial"
    REHEARSAL = "rehearsal"


class MarkKind(StrEnum):
    """What became known of an accepted letter; it changes no state."""

    BOUNCED = "bounced"  # a server on the way gave it back
    REPLIED = "replied"
    AUTO_REPLIED = "auto_replied"  # a machine answered; nobody need have seen it

    @property
    def word(self) -> str:
        """Name the mark as staff see it."""
        return {"bounced": "退信", "replied": "已回信", "auto_replied": "自动回复"}[self.value]


class NumberState(StrEnum):
    """Where a 发文字号 or 证书编号 stands; one that is free has no row."""

    RESERVED = "reserved"  # a draft bears it, or will
    FINAL = "final"  # a batch with it was approved
    VOID = "void"  # it was final, and nothing with it ever left
    GAP = "gap"  # below others, and nobody knows of it: never stored

    @property
    def word(self) -> str:
        """Name the state as staff see it."""
        return {"reserved": "预留", "final": "已用", "void": "空号", "gap": "空缺"}[self.value]


class EntryKind(StrEnum):
    """What is told beside the moves: it changes no state by itself."""

    REVIEW = "review"  # 送签 was made
    EVIDENCE = "evidence"  # something on which a signature may rest
    READDRESS = "readdress"
    RESEND = "resend"
    RECALL = "recall"  # 误发，请删除: to an address that should not have been written to
    CORRECT = "correct"
    STAMPED = "stamped"
    NUMBER = "number"
    TAKEOVER = "takeover"
    FORGET = "forget"
    ARCHIVE = "archive"
    RETURNED = "returned"  # a mail or file was looked through for returns (version 4)
    ASSIGN = "assign"  # a person said whose a mail or file in quarantine is (version 4)
    DISCARD = "discard"  # a person said that one is nothing to us
    ACCEPT = "accept"  # a person took over a return that has findings
    PAPER = "paper"  # the paper copy of a return is there
    STANDING = "standing"  # a letter that 常设签发 lets leave: a form, a reminder

    @property
    def word(self) -> str:
        """Name it as staff see it."""
        return _ENTRY_WORDS.get(self.value, self.value)


class Reason(StrEnum):
    """Why something that came is in quarantine: the true reason, one of these."""

    FORGED = "forged"
    TWO_TOKENS = "two_tokens"
    ANOTHER = "another"
    UNKNOWN_SENDER = "unknown_sender"
    NO_TOKEN = "no_token"  # noqa: S105 (no secret: a reason)
    WRONG_FORM = "wrong_form"
    TWO_FORMS = "two_forms"
    MACRO = "macro"
    BOMB = "bomb"
    OLD_FORMAT = "old_format"
    PICTURE = "picture"
    UNREADABLE = "unreadable"
    LOCKED = "locked"
    WRONG_DAY = "wrong_day"
    UNCLEAR = "unclear"
    EMPTY = "empty"
    NIL_REFUSED = "nil_refused"
    WINMAIL = "winmail"
    BIG = "big"

    @property
    def word(self) -> str:
        """Name the reason as staff see it."""
        return _REASON_WORDS[self.value]


class Verdict(StrEnum):
    """What a return was found to be."""

    GOOD = "good"  # nothing against it
    NIL = "nil"  # it says that there is nothing to report
    NOTED = "noted"  # an acknowledgement
    FAULTY = "faulty"  # something against it: a person, or the job's rule, takes it over

    @property
    def word(self) -> str:
        """Name it as staff see it."""
        words = {"good": "已报", "nil": "零报告", "noted": "已回执", "faulty": "有误待核"}
        return words[self.value]


class HeldState(StrEnum):
    """Where a thing in quarantine stands."""

    OPEN = "open"
    ASSIGNED = "assigned"
    DISCARDED = "discarded"


_B, _L = BatchState, LetterState

WAITING = frozenset({_L.QUEUED, _L.LEASED, _L.DOT, _L.DEFERRED, _L.HELD})
REFUSED = frozenset({_L.REJECTED, _L.EXPIRED})
# What nothing more will happen to by itself; what was refused a person may send again.
FINAL = frozenset({_L.ACCEPTED, _L.CANCELLED}) | REFUSED
# What a sending takes up; one that is held waits for a person.
TO_SEND = frozenset({_L.QUEUED, _L.LEASED, _L.DEFERRED})
# What another batch must not send again: it has gone, or may have.
GONE = frozenset({_L.ACCEPTED, _L.IN_DOUBT, _L.DOT})

# A letter never goes from dot to queued: whether it left is for proof to say, or for a person.
LETTER_MOVES: dict[LetterState, frozenset[LetterState]] = {
    _L.QUEUED: frozenset({_L.LEASED, _L.CANCELLED}),
    _L.LEASED: frozenset(
        {_L.QUEUED, _L.DOT, _L.DEFERRED, _L.REJECTED, _L.EXPIRED, _L.HELD, _L.CANCELLED}
    ),
    _L.DOT: frozenset({_L.ACCEPTED, _L.DEFERRED, _L.REJECTED, _L.EXPIRED, _L.HELD, _L.IN_DOUBT}),
    _L.DEFERRED: frozenset({_L.LEASED, _L.EXPIRED, _L.CANCELLED}),
    _L.HELD: frozenset({_L.QUEUED, _L.EXPIRED, _L.CANCELLED}),
    _L.IN_DOUBT: frozenset({_L.ACCEPTED, _L.QUEUED}),
    _L.ACCEPTED: frozenset(),
    _L.REJECTED: frozenset({_L.QUEUED}),  # nobody got it: readdress, resend
    _L.EXPIRED: frozenset({_L.QUEUED}),
    _L.CANCELLED: frozenset({_L.QUEUED}),  # only of a batch never signed, merged again as it was
}

BATCH_MOVES: dict[BatchState, frozenset[BatchState]] = {
    _B.DRAFT: frozenset({_B.APPROVED, _B.CANCELLED, _B.SUPERSEDED}),
    _B.APPROVED: frozenset({_B.SENDING, _B.HALTED, _B.DONE, _B.CANCELLED, _B.SUPERSEDED}),
    _B.SENDING: frozenset({_B.HALTED, _B.DONE, _B.CANCELLED, _B.SUPERSEDED}),
    _B.HALTED: frozenset({_B.SENDING, _B.DONE, _B.CANCELLED, _B.SUPERSEDED}),
    _B.DONE: frozenset({_B.SENDING, _B.SUPERSEDED}),
    # Only where it was never signed, and is merged again as it was.
    _B.CANCELLED: frozenset({_B.DRAFT}),
    _B.SUPERSEDED: frozenset({_B.DRAFT}),
}

# What to do where the content of a batch is wanted again that was signed and called back: its name
# is the hash of its content, and what was signed once stays called back.
ANEW = "这一批不能再签发；还要发的，请改动作业里的一处（例如信里的一句话），再合并一次"

# A batch in one of these lets its live letters be claimed.
OPEN = frozenset({_B.APPROVED, _B.SENDING})

_BATCH_WORDS = {
    _B.DRAFT: "待签发",
    _B.APPROVED: "已签发",
    _B.SENDING: "发送中",
    _B.HALTED: "已停发",
    _B.DONE: "已办结",
    _B.CANCELLED: "已撤销",
    _B.SUPERSEDED: "已被代替",
}

_LETTER_WORDS = {
    _L.QUEUED: "待发",
    _L.LEASED: "投递中",
    _L.DOT: "等待回音",
    _L.ACCEPTED: "服务器已接收",
    _L.DEFERRED: "稍后再试",
    _L.REJECTED: "被拒收",
    _L.EXPIRED: "逾期未送出",
    _L.HELD: "暂缓",
    _L.IN_DOUBT: "存疑",
    _L.CANCELLED: "已撤销",
}

_ENTRY_WORDS = {
    "review": "送签",
    "evidence": "签发依据",
    "readdress": "改址",
    "resend": "补发",
    "correct": "更正",
    "recall": "误发请删",
    "stamped": "盖章扫描件",
    "number": "发文字号",
    "takeover": "接管",
    "forget": "清除旧资料",
    "archive": "归档",
    "returned": "收到回执",
    "assign": "认领来件",
    "discard": "弃置来件",
    "accept": "采用回执",
    "paper": "收到纸质",
    "standing": "常设签发",
}

_REASON_WORDS = {
    "forged": "回执编号是假的",
    "two_tokens": "有两个不同的回执编号",
    "another": "填的是别的单位的表",
    "unknown_sender": "不认识发信的地址",
    "no_token": "没有回执编号，看不出是哪个单位、哪件事的",
    "wrong_form": "不是要填的那张表",
    "two_forms": "有两份不一样的表",
    "macro": "文件含有宏",
    "bomb": "文件大得不正常，没有打开",
    "old_format": "旧格式的文件，读不了填报区",
    "picture": "是照片或扫描件，不是表",
    "unreadable": "文件打不开",
    "locked": "文件有打开密码",
    "wrong_day": "日期不对",
    "unclear": "说得不明白，要人看",
    "empty": "表是空的，什么也没有填",
    "nil_refused": "这件事不能零报告，要填表",
    "winmail": "附件是 winmail.dat，里面没有可用的表",
    "big": "太大，没有取",
}


def may(now: BatchState | LetterState, then: BatchState | LetterState) -> bool:
    """Tell whether the table allows this move."""
    if isinstance(now, BatchState):
        return then in BATCH_MOVES[now]
    return then in LETTER_MOVES[now]
