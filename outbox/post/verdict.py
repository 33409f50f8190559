"""What a server's answer means: (stage, code, text) -> what becomes of the letter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from outbox.ledger.fate import missing


class Stage(StrEnum):
    """How far an attempt came."""

    BUILD = "build"  # the mail could not be made
    CONNECT = "connect"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    COMMIT = "commit"  # the ledger did not give leave, or too late: the dot was not sent
    DOT = "dot"


class Action(StrEnum):
    """What becomes of the letter, and of the mailbox."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    THROTTLED = "throttled"  # the mailbox rests, the letter is not to blame
    HALT = "halt"  # nothing more leaves until a person has acted
    HELD = "held"  # the content was refused
    IN_DOUBT = "in_doubt"
    LOST = "lost"  # the letter is no longer ours; nothing to write down


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `code` 0 where there was no answer; `refused` are who was not taken."""

    stage: Stage
    code: int = 0
    text: str = ""
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer means; `rest` is how many seconds the mailbox should rest (0: it need not).

    `content` says that the mail's content displeased, for good or for now.
    """

    action: Action
    words: str
    rest: int = 0
    content: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    """One line of the table: the first that fits an answer decides."""

    action: Action
    words: str
    stages: frozenset[Stage] = frozenset(Stage)
    codes: range = range(1000)
    pattern: str = ""
    rest: int = 0
    content: bool = False

    def fits(self, answer: Answer) -> bool:
        """Tell whether this line is about such an answer."""
        return (
            answer.stage in self.stages
            and max(answer.code, 0) in self.codes  # smtplib's -1 is no answer
            and (not self.pattern or bool(re.search(self.pattern, answer.text, re.IGNORECASE)))
        )


_NONE, _GOOD, _LATER, _NO, _ANY_NO = (
    range(1), range(200, 300), range(400, 500), range(500, 600), range(400, 600),
)  # fmt: skip
_CLOSING, _TOO_BIG = range(421, 422), range(552, 553)
_MINUTE, _FIVE, _HALF_HOUR = 60, 300, 1800
_SLOW_DOWN = (
    r"frequency|too many|quota|rate limit|limit exceeded|频率|超限|过于频繁|too frequent"
    r"|MI:(?:STC|SFQ|CEL|DMC|CCL)|HL:(?:IFC|ICC|MEP)|RP:DRC"
)
_BUSY = rf"{_SLOW_DOWN}|busy|too much"
_CONTENT = r"DT:SPM|spam|content rejected|virus|垃圾|内容"
_FLOODED = r"mailbox unavailable or access denied"
_FULL = r"mailbox (?:is )?full|over ?quota|[45]\.2\.2|邮箱已满"
_NOT_OURS = r"must equal authorized user"


def _at(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


_S, _A = Stage, Action

# Sources: RFC 5321 §4.2; the services' own code pages. A 5xx that means "slow down" is no refusal.
_RULES: tuple[_Rule, ...] = (
    _Rule(_A.REJECTED, "邮件无法生成", _at(_S.BUILD)),
    _Rule(
        _A.HALT,
        "不能与服务器建立可信的加密连接，没有登录，也没有发信；请核对服务器名和加密方式",
        _at(_S.TLS),
    ),
    _Rule(_A.LOST, "信已由别的进程接手", _at(_S.COMMIT)),
    _Rule(_A.DEFERRED, "登录时网络中断", _at(_S.AUTH), _NONE, rest=_MINUTE),
    _Rule(_A.THROTTLED, "服务器暂不接受登录", _at(_S.AUTH), _ANY_NO, _BUSY, rest=_HALF_HOUR),
    _Rule(_A.DEFERRED, "服务器暂不接受登录", _at(_S.AUTH), _LATER, rest=_FIVE),
    _Rule(
        _A.HALT,
        "邮箱登录被拒绝：密码处要填授权码，并须先在网页邮箱开启 SMTP 服务",
        _at(_S.AUTH),
        _NO,
    ),
    _Rule(_A.ACCEPTED, "服务器已收下", _at(_S.DOT), _GOOD),
    _Rule(_A.DEFERRED, "服务器限制或关闭了连接", codes=_CLOSING, rest=_FIVE),
    _Rule(_A.DEFERRED, "收件邮箱暂时不收", codes=_ANY_NO, pattern=_FLOODED),
    _Rule(_A.DEFERRED, "收件邮箱已满", _at(_S.RCPT), _LATER, _FULL),
    _Rule(_A.REJECTED, "收件邮箱已满，请通知对方清理或改用别的地址", _at(_S.RCPT), _NO, _FULL),
    _Rule(_A.THROTTLED, "服务器限制发信频率", codes=_ANY_NO, pattern=_SLOW_DOWN, rest=_MINUTE),
    _Rule(
        _A.DEFERRED,
        "服务器暂时不收此内容",
        codes=_LATER,
        pattern=_CONTENT,
        rest=2 * _MINUTE,
        content=True,
    ),
    _Rule(_A.DEFERRED, "服务器暂时不收", codes=_LATER),
    _Rule(_A.HALT, "服务器拒绝连接", _at(_S.CONNECT), _NO),
    _Rule(_A.REJECTED, "邮件超过服务器的大小限制", codes=_TOO_BIG),
    _Rule(_A.HALT, "服务器不许以此地址发信，请核对发件账户", codes=_NO, pattern=_NOT_OURS),
    _Rule(_A.HALT, "服务器不许以此地址发信，请核对发件账户", _at(_S.MAIL), _NO),
    _Rule(
        _A.HELD,
        "服务器拒收此内容，请人看过再定",
        _at(_S.DATA, _S.DOT),
        _NO,
        _CONTENT,
        content=True,
    ),
    _Rule(_A.REJECTED, "收件地址被拒收，请核对名册", _at(_S.RCPT), _NO),
    _Rule(_A.REJECTED, "服务器拒收", codes=_NO),
    # What is left has no answer, or none that RFC 5321 knows. After the dot that proves nothing.
    _Rule(_A.IN_DOUBT, "信已交出，但没有等到服务器的回音", _at(_S.DOT)),
    _Rule(_A.DEFERRED, "连不上服务器", _at(_S.CONNECT), rest=_MINUTE),
    _Rule(_A.DEFERRED, "网络中断或服务器答非所问，信没有交出"),
)


def judge(answer: Answer) -> Verdict:
    """Say what an answer means; every answer means something."""
    rule = next(rule for rule in _RULES if rule.fits(answer))
    said = " ".join(
        part for part in (str(answer.code) if answer.code > 0 else "", answer.text) if part
    )
    words = f"{rule.words}（{said}）" if said and rule.action is not Action.ACCEPTED else rule.words
    words += missing(answer.refused)
    return Verdict(rule.action, words, rule.rest, rule.content)


def decode(reply: bytes | str) -> str:
    """Read a server's words: UTF-8, else GB18030 (QQ and NetEase), else Latin-1; in one line."""
    if isinstance(reply, bytes):
        reply = _text(reply)
    return printable(reply)


# C0, C1, marks that turn the line around, lone surrogates: they would steer a terminal, and no
# database takes all of them. What space there is becomes one space.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    """Write what somebody outside said in one line that can be shown and kept."""
    return " ".join(_UNPRINTABLE.sub("\ufffd", text).split())


def _text(reply: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return reply.decode(encoding)
        except UnicodeDecodeError:
            continue
    return reply.decode("latin-1")
