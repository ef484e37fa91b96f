"""Every phase × every answer has one outcome, and after the dot only a reply is definite."""

from __future__ import annotations

import datetime as dt

import pytest

from encours.core.smtp_outcomes import (
    MAX_ATTEMPTS,
    OPENING,
    Answer,
    Outcome,
    Phase,
    Verdict,
    decide,
    delay_after,
)

GO_ON, SENT, REFUSED = Outcome.GO_ON, Outcome.SENT, Outcome.REFUSED
RETRY, UNCERTAIN = Outcome.RETRY, Outcome.UNCERTAIN

# phase: 2xx, 3xx, 4xx, 5xx, dropped, hanging, garbled
TABLE: dict[Phase, tuple[Outcome, ...]] = {
    Phase.CONNECT: (GO_ON, RETRY, RETRY, REFUSED, RETRY, RETRY, RETRY),
    Phase.EHLO: (GO_ON, RETRY, RETRY, REFUSED, RETRY, RETRY, RETRY),
    Phase.STARTTLS: (GO_ON, RETRY, RETRY, RETRY, RETRY, RETRY, RETRY),
    Phase.AUTH: (GO_ON, GO_ON, RETRY, RETRY, RETRY, RETRY, RETRY),
    Phase.CHECK: (GO_ON, RETRY, RETRY, REFUSED, RETRY, RETRY, RETRY),
    Phase.MAIL: (GO_ON, RETRY, RETRY, REFUSED, RETRY, RETRY, RETRY),
    Phase.RCPT: (GO_ON, RETRY, RETRY, REFUSED, RETRY, RETRY, RETRY),
    Phase.DATA: (RETRY, GO_ON, RETRY, REFUSED, RETRY, RETRY, RETRY),
    Phase.BODY: (GO_ON, RETRY, RETRY, REFUSED, RETRY, RETRY, RETRY),
    Phase.FINAL_DOT: (SENT, UNCERTAIN, RETRY, REFUSED, UNCERTAIN, UNCERTAIN, UNCERTAIN),
    Phase.QUIT: (SENT,) * 7,
}
ANSWERS = [
    *((Answer.REPLY, code) for code in (250, 354, 451, 550)),
    *((answer, 0) for answer in (Answer.DROP, Answer.HANG, Answer.GARBLED)),
]


def test_the_table_names_every_phase() -> None:
    assert set(TABLE) == set(Phase)


@pytest.mark.parametrize("phase", Phase)
def test_each_answer_has_its_outcome(phase: Phase) -> None:
    assert tuple(decide(phase, answer, code) for answer, code in ANSWERS) == TABLE[phase]


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.QUIT])
def test_what_we_will_not_send_is_refused(phase: Phase) -> None:
    assert decide(phase, Answer.OURS) is REFUSED


def test_only_after_the_dot_can_nobody_know() -> None:
    for code in range(1000):
        for phase in set(Phase) - {Phase.FINAL_DOT}:
            assert decide(phase, Answer.REPLY, code) is not UNCERTAIN
        after = decide(Phase.FINAL_DOT, Answer.REPLY, code)
        assert after is {2: SENT, 4: RETRY, 5: REFUSED}.get(code // 100, UNCERTAIN)


def test_the_words_kept_are_the_servers_own_or_say_what_happened() -> None:
    assert Verdict(Phase.RCPT, Answer.REPLY, 550, "5.1.1 Unknown user").reply == "550 5.1.1 Unknown user"
    assert Verdict(Phase.RCPT, Answer.DROP).reply == "Connexion coupée après RCPT"
    assert Verdict(Phase.FINAL_DOT, Answer.HANG).reply == "Pas de réponse dans le délai après le point final"
    assert (
        Verdict(Phase.CONNECT, Answer.DROP, text="refusée").reply
        == "Connexion coupée à la connexion (refusée)"
    )
    assert Verdict(Phase.CHECK, Answer.OURS, text="Trop gros.").reply == "Trop gros."
    assert all(
        Verdict(phase, answer).reply for phase in Phase for answer in Answer if answer is not Answer.OURS
    )


def test_the_delays_grow_and_end() -> None:
    delays = [delay_after(attempts) for attempts in range(1, MAX_ATTEMPTS)]
    assert delays[0] == dt.timedelta(seconds=10)
    assert delays == sorted(delays, key=lambda delay: delay or dt.timedelta.max)
    assert delay_after(MAX_ATTEMPTS) is None
    assert sum((delay or dt.timedelta(0) for delay in delays), dt.timedelta(0)) < dt.timedelta(days=2)
    with pytest.raises(ValueError, match="at least one try"):
        delay_after(0)


def test_the_opening_ends_before_the_message_is_spoken_of() -> None:
    assert {Phase.CONNECT, Phase.EHLO, Phase.STARTTLS, Phase.AUTH} == OPENING
