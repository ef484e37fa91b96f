"""Decide what became of a message from the SMTP phase reached and what the server answered there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from encours.core.sentences import marked


class Phase(StrEnum):
    """What was being done when the answer came, in the order of an SMTP session (RFC 5321)."""

    CONNECT = "connect"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    CHECK = "check"
    """Our own checks before the first byte: size, addresses, extensions the server lacks."""
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    FINAL_DOT = "final_dot"
    """From the moment the dot that ends DATA may have left: the server may have taken the message."""
    QUIT = "quit"


class Answer(StrEnum):
    """What came back."""

    REPLY = "reply"
    DROP = "drop"
    """The connection was refused or cut."""
    HANG = "hang"
    """No answer within the time given."""
    GARBLED = "garbled"
    """An answer that is not SMTP, or a certificate that does not verify."""
    OURS = "ours"
    """No answer was asked for: we refuse to send, with a reason."""


class Outcome(StrEnum):
    """What a try comes to."""

    GO_ON = "go_on"
    SENT = "sent"
    REFUSED = "refused"
    RETRY = "retry"
    UNCERTAIN = "uncertain"


OPENING = frozenset({Phase.CONNECT, Phase.EHLO, Phase.STARTTLS, Phase.AUTH})
"""The phases that say something of the server, not of the message."""

_EXPECTED = {Phase.AUTH: (2, 3), Phase.DATA: (3,)}
_OUR_SETTINGS = frozenset({Phase.STARTTLS, Phase.AUTH})


def decide(phase: Phase, answer: Answer, code: int = 0) -> Outcome:
    """Return the outcome of an answer; ``code`` is the reply code of an ``Answer.REPLY``.

    A reply is definite: 4xx is tried again, 5xx refused. Without one, before the final dot nothing was handed
    over and it is tried again; after the dot nobody knows, and it is never tried again by itself. A 5xx to
    STARTTLS or AUTH speaks of our settings, not of the message: it waits until they are put right.
    """
    if phase is Phase.QUIT:
        return Outcome.SENT
    if answer is Answer.OURS:
        return Outcome.REFUSED
    if answer is Answer.REPLY:
        return _decide_reply(phase, code)
    return Outcome.UNCERTAIN if phase is Phase.FINAL_DOT else Outcome.RETRY


def _decide_reply(phase: Phase, code: int) -> Outcome:
    kind = code // 100
    if kind in _EXPECTED.get(phase, (2,)):
        return Outcome.SENT if phase is Phase.FINAL_DOT else Outcome.GO_ON
    if kind == 5 and phase not in _OUR_SETTINGS:
        return Outcome.REFUSED
    if kind in {4, 5}:
        return Outcome.RETRY
    # A code that makes no sense here (a 250 to DATA, a 354 after the dot) is no answer at all.
    return Outcome.UNCERTAIN if phase is Phase.FINAL_DOT else Outcome.RETRY


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a try came to, where, and in whose words."""

    phase: Phase
    answer: Answer
    code: int = 0
    text: str = ""

    @property
    def outcome(self) -> Outcome:
        """Return what it comes to."""
        return decide(self.phase, self.answer, self.code)

    @property
    def reply(self) -> str:
        """Return the sentence to keep and to show: the server's own words, or what happened to them."""
        if self.answer is Answer.REPLY:
            return f"{self.code} {self.text}".strip()
        if self.answer is Answer.OURS:
            return self.text
        sentence = WITHOUT_REPLY[self.answer] % {"where": WHERE[self.phase]}
        return f"{sentence} ({self.text})" if self.text else sentence


WITHOUT_REPLY = {
    Answer.DROP: marked("Connexion coupée %(where)s"),
    Answer.HANG: marked("Pas de réponse dans le délai %(where)s"),
    Answer.GARBLED: marked("Réponse incompréhensible ou certificat non valable %(where)s"),
}
"""What is noted where the server said nothing that can be kept; ``WHERE`` says at which step."""
WHERE = {
    Phase.CONNECT: marked("à la connexion"),
    Phase.EHLO: marked("après EHLO"),
    Phase.STARTTLS: marked("après STARTTLS"),
    Phase.AUTH: marked("après AUTH"),
    Phase.CHECK: marked("avant l'envoi"),
    Phase.MAIL: marked("après MAIL"),
    Phase.RCPT: marked("après RCPT"),
    Phase.DATA: marked("après DATA"),
    Phase.BODY: marked("pendant l'envoi du message"),
    Phase.FINAL_DOT: marked("après le point final"),
    Phase.QUIT: marked("après QUIT"),
}

_BACKOFF_SECONDS = (10, 60, 300, 900, 1800, 3600, 7200, 14400, 28800, 28800, 28800)
MAX_ATTEMPTS = len(_BACKOFF_SECONDS) + 1
"""Tries before a message is given up: they spread over about a day and a half."""


def delay_after(attempts: int) -> dt.timedelta | None:
    """Return how long to wait after so many failed tries (1 or more); None: give the message up."""
    if attempts < 1:
        raise ValueError("a delay follows at least one try")
    return dt.timedelta(seconds=_BACKOFF_SECONDS[attempts - 1]) if attempts < MAX_ATTEMPTS else None
