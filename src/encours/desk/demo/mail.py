"""Let the messages of the story have left as it tells: taken, refused or uncertain, without any server."""

from __future__ import annotations

import datetime as dt

from encours.core.smtp_outcomes import Answer, Phase, Verdict
from encours.delivery.actions import Move, Mover, move
from encours.delivery.models import MessageState, OutboxMessage

OWNER = "demo"
SERVER = "mail.example"
VERDICTS = {
    "sent": (MessageState.SENT, Verdict(Phase.FINAL_DOT, Answer.REPLY, 250, "2.0.0 Ok: queued")),
    "refused": (
        MessageState.REFUSED,
        Verdict(Phase.RCPT, Answer.REPLY, 550, "5.1.1 Recipient address rejected: user unknown"),
    ),
    "uncertain": (
        MessageState.UNCERTAIN,
        Verdict(Phase.FINAL_DOT, Answer.DROP, text="l'envoi a été interrompu, personne n'a lu la réponse"),
    ),
}


def settle(reference: str, outcome: str, *, now: dt.datetime) -> None:
    """Move every waiting message of a reminder to the outcome, by the states that a worker goes through."""
    ids = list(
        OutboxMessage.objects.filter(reference=reference, state=MessageState.QUEUED).values_list(
            "id", flat=True
        )
    )
    state, verdict = VERDICTS[outcome]
    steps: list[tuple[MessageState, Verdict | None]] = [(MessageState.CLAIMED, None)]
    if verdict.phase is Phase.FINAL_DOT:
        steps.append((MessageState.TRANSMITTING, None))
    steps.append((state, verdict))
    for to, said in steps:
        moves = [
            Move(
                one,
                to,
                Mover.WORKER,
                owner=OWNER,
                verdict=said,
                server=SERVER,
                started_at=now,
                lease_expires_at=now + dt.timedelta(minutes=5),
            )
            for one in ids
        ]
        if moves:
            move(moves, now=now)
