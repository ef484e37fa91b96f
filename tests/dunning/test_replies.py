"""What a worker noted in French of a message is said in the language of who reads it."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from encours.core.smtp_outcomes import Answer, Phase, Verdict
from encours.dunning.outbox.replies import NOTED, said_reply
from tests import messages


@pytest.mark.parametrize(
    ("noted", "said"),
    [
        ("Connexion coupée à la connexion", "Connection cut on connecting"),
        (
            "Abandonné après 12 essais\u00a0: Pas de réponse dans le délai après EHLO (timed out)",
            "Given up after 12 attempts: No answer in time after EHLO (timed out)",
        ),
        (
            Verdict(
                Phase.FINAL_DOT, Answer.DROP, text="l'envoi a été interrompu, personne n'a lu la réponse"
            ).reply,
            "Connection cut after the final dot (sending was interrupted, nobody read the answer)",
        ),
        (
            "gardé dans mail/A-1.eml\u00a0: aucun serveur de messagerie n'est configuré",
            "kept in mail/A-1.eml: no mail server is configured",
        ),
        ("remise confirmée par un rapport\u00a0: delivered", "delivery confirmed by a report: delivered"),
        ("550 5.1.1 Boîte inconnue (fermée)", "550 5.1.1 Boîte inconnue (fermée)"),
        ("", ""),
    ],
)
def test_what_was_noted_is_said_in_english_and_the_servers_words_stay(noted: str, said: str) -> None:
    with override("en"):
        assert said_reply(noted) == said
    with override("fr"):
        assert said_reply(noted) == noted


@pytest.mark.parametrize("answer", [Answer.DROP, Answer.HANG, Answer.GARBLED])
@pytest.mark.parametrize("phase", list(Phase))
def test_every_silence_of_a_server_is_said_in_english(phase: Phase, answer: Answer) -> None:
    noted = Verdict(phase, answer).reply
    with override("en"):
        assert said_reply(noted).isascii(), said_reply(noted)


def test_every_sentence_that_sending_may_note_is_known() -> None:
    places = {f"delivery/{name}.py" for name in ("sending", "transport", "wire")}
    assert {text.text for text in messages.texts() if text.place in places} <= set(NOTED)
