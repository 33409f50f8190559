"""The courier: yagmail, one connection kept, one attempt a letter, the dot in two phases."""

from __future__ import annotations

import re
import selectors
from typing import TYPE_CHECKING, Any

from outbox.post.connection import OK, Connection
from outbox.post.log import LOG
from outbox.post.network import worded
from outbox.post.verdict import Action, Answer, Stage, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

START, CLOSING = 354, 421
RCPT_OK = frozenset({250, 251})
LATE = 5.0  # seconds between the commit and the terminator; later, and it stays unsent
_TOO_SOON = "服务器中途挂断或抢先回话"
CHUNK = 65536  # Python's timeout is for a whole sendall: in pieces, a slow line is not a dead one


class Courier(Connection):
    """Carries letters, each at most once.

    Never `send()`: it can deliver three copies (retries after the dot) and logs in each time.
    """

    def carry(
        self,
        sender: str,
        to: Sequence[str],
        cc: Sequence[str],
        mail: bytes,
        commit: Callable[[], bool],
        *,
        patient: bool = True,
    ) -> Answer:
        """Make one attempt at one letter and return the server's answer; raise nothing of SMTP.

        `commit` is called when the body has left and before its terminator does; it must be
        durable when it returns True. False, or anything raised, and the terminator never leaves.
        `patient`: a recipient who cannot be served now keeps the letter waiting; else it leaves
        without that one, as it does without one who is refused for good.
        """
        begun = self.stopwatch()
        answer = self.ready()
        if answer is None:
            answer = self._attempt(sender, to, cc, mail, commit, patient=patient)
        self.idle_since = self.stopwatch()
        LOG.info(
            "attempt",
            stage=answer.stage,
            code=answer.code,
            said=answer.text,
            to=[*to, *cc],
            refused=answer.refused,
            bytes=len(mail),
            seconds=round(self.idle_since - begun, 3),
        )
        return answer

    def _attempt(
        self,
        sender: str,
        to: Sequence[str],
        cc: Sequence[str],
        mail: bytes,
        commit: Callable[[], bool],
        *,
        patient: bool,
    ) -> Answer:
        stage = Stage.MAIL
        try:
            refusal = self._too_big(mail) or self._step(
                Stage.MAIL, self.smtp.docmd("mail", f"FROM:<{sender}>{self._size(mail)}")
            )
            stage = Stage.RCPT
            if refusal is None:
                refusal, lost = self._recipients(to, cc, patient=patient)
            if refusal is not None:
                return self._reset(refusal)
            stage = Stage.DATA
            self.carried += 1
            code, text = self.smtp.docmd("data")
            if code != START:
                return self._reset(self.answer(stage, code, text))
            stage = Stage.BODY
            self._body(mail)
        except BaseException as error:
            self.drop()
            if isinstance(error, OSError | ValueError):
                return self.failure(stage, error)
            raise
        return self._dot(commit, lost)

    def _dot(self, commit: Callable[[], bool], lost: tuple[str, ...]) -> Answer:
        """Commit, then end the body. Whatever fails before the terminator hangs up unsent."""
        if _spoken(self.smtp):
            self.drop()
            return Answer(Stage.BODY, 0, _TOO_SOON)
        begun = self.stopwatch()
        try:
            leave = commit()
        except BaseException:
            self.drop()
            raise
        if not leave:
            self.drop()
            return Answer(Stage.COMMIT)
        if self.stopwatch() - begun > LATE:
            self.drop()
            return Answer(Stage.BODY, 0, "记账过慢，未交出")
        if _spoken(self.smtp):  # while it was written down
            self.drop()
            return Answer(Stage.BODY, 0, _TOO_SOON)
        return self._ended(lost)

    def _ended(self, lost: tuple[str, ...]) -> Answer:
        """End the body, and hear what became of it."""
        try:
            self._end()
            code, text = self.smtp.getreply()
        except BaseException as error:
            self.drop()
            if isinstance(error, OSError | ValueError):
                return Answer(Stage.DOT, 0, self.said(worded(error)))
            raise
        if code < OK:  # smtplib says -1 for what is no reply
            self.drop()
            return Answer(Stage.DOT, 0, self.said(text))
        if code != OK:
            self._reset(Answer(Stage.DOT, code))
        return Answer(Stage.DOT, code, self.said(text), lost)

    def _recipients(
        self, to: Sequence[str], cc: Sequence[str], *, patient: bool
    ) -> tuple[Answer | None, tuple[str, ...]]:
        """Name the recipients: it leaves if one of To is taken, and says who was not."""
        lost: list[str] = []
        first: Answer | None = None
        for address in (*to, *cc):
            code, text = self.smtp.docmd("rcpt", f"TO:<{address}>")
            if code in RCPT_OK:
                continue
            refusal = self.answer(Stage.RCPT, code, text)
            if not _without(refusal, patient=patient or address in to):
                return refusal, ()
            first = first or (refusal if address in to else None)
            lost.append(address)
        nobody = all(address in lost for address in to)
        return (first if nobody else None), tuple(lost)

    def _end(self) -> None:
        """Send the terminator: from here on the letter may have arrived."""
        self.smtp.send(b".\r\n")

    def _step(self, stage: Stage, reply: tuple[int, bytes]) -> Answer | None:
        code, text = reply
        return None if code == OK else self.answer(stage, code, text)

    def _size(self, mail: bytes) -> str:
        return f" SIZE={len(mail)}" if self.smtp.has_extn("size") else ""

    def _too_big(self, mail: bytes) -> Answer | None:
        """Spare the server a mail that it has said it will not take."""
        limit = self.smtp.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < len(mail):
            return Answer(Stage.MAIL, 552, f"{len(mail)} 字节，上限 {limit}")
        return None

    def _reset(self, answer: Answer) -> Answer:
        """Clear the refused letter off the connection; 421, or no reply at all, is its end."""
        try:
            alive = answer.code not in {0, CLOSING} and self.smtp.rset()[0] == OK
        except (OSError, ValueError):
            alive = False
        if not alive:
            self.drop()
        return answer

    def _body(self, mail: bytes) -> None:
        data = stuffed(mail)
        for start in range(0, len(data), CHUNK):
            self.smtp.send(data[start : start + CHUNK])


def _without(refusal: Answer, *, patient: bool) -> bool:
    """Tell whether a letter leaves without a recipient: refused himself, and not just for now."""
    action = judge(refusal).action
    gone = action is Action.REJECTED
    return gone or (action is Action.DEFERRED and not patient and refusal.code > CLOSING)


def _spoken(smtp: Any) -> bool:  # noqa: ANN401 (smtplib's connection)
    """Tell whether the server has hung up, or said something, before it was its turn.

    What came together with an answer (`354`, then at once `250`) has left the socket, and would be
    taken for the answer to the dot.
    """
    with selectors.DefaultSelector() as selector:
        selector.register(smtp.sock, selectors.EVENT_READ)
        return bool(smtp.file.ahead() or selector.select(0))


def stuffed(mail: bytes) -> bytes:
    """Write a mail as DATA wants it: lines end in CR LF, a leading dot is doubled (RFC 5321)."""
    lines = mail
    if not mail.count(b"\r\n") == mail.count(b"\r") == mail.count(b"\n"):  # counting is cheap
        lines = re.sub(rb"\r\n|\r|\n", b"\r\n", mail)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return lines if b"\n." not in b"\n" + lines else re.sub(rb"(?m)^\.", b"..", lines)
