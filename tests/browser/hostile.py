"""Hostile texts where people write: in the rows that pages show, and in what is sent with a form."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.db.models import CharField, Model, TextField

from encours.access.models import OpenSession, User
from encours.audit.models import AuditLine
from encours.delivery.models import Attempt, OutboxMessage, OutboxSwitch
from encours.desk.models import SavedFilter
from encours.dunning.models import (
    FormalNotice,
    MessageTemplate,
    Reminder,
    ReminderFile,
    ReminderRun,
    RunLine,
    Severity,
    TemplateVersion,
)
from encours.parties.models import BillingEntity, Customer, DunningContact
from encours.receivables.models import Allocation, Hold, Invoice, Payment

HELD: dict[type[Model], tuple[str, ...]] = {
    BillingEntity: (
        *("name", "legal_form", "address1", "address2", "city", "phone", "fax", "share_capital", "rcs_town"),
        *("signature", "sender_name", "letter_town", "footer_note"),
    ),
    Customer: ("name",),
    DunningContact: ("contact_name", "address1", "address2", "postcode", "city", "emails"),
    Invoice: ("number", "cancellation_reason"),
    Payment: ("reference", "method", "cancellation_reason", "cancelled_by_name"),
    Allocation: ("author_name",),
    Hold: ("reason", "author_name", "lifted_by_name"),
    User: ("full_name",),
    OpenSession: ("browser", "address"),
    MessageTemplate: ("name", "mention", "subject", "body"),
    TemplateVersion: ("subject", "body", "saved_by_name"),
    Severity: ("name",),
    Reminder: (
        *("subject", "message", "mention", "template_name", "severity_name", "author_name"),
        *("approved_by_name", "printed_by_name", "cancelled_by_name", "cancellation_reason", "last_error"),
    ),
    ReminderFile: ("label",),
    ReminderRun: ("author_name", "launched_by_name", "approved_by_name", "refusal_reason"),
    RunLine: ("subject", "message", "error"),
    FormalNotice: ("author_name", "decided_by_name", "reason"),
    OutboxMessage: ("recipient", "last_reply"),
    Attempt: ("server", "reply"),
    OutboxSwitch: ("reason", "changed_by_name"),
    SavedFilter: ("name",),
    AuditLine: ("actor_name", "address", "subject"),
}
"""The texts that people write, or that files and servers bring, and that a page shows."""
UNTIL_IT_HAPPENS = ("_by_name", "_reason")
"""How the columns end that are empty until something happens: a text there would say that it has."""
ROWS = 60
"""How many rows of a table are written, the newest."""
ROOM = 1_200
"""How many characters a field takes at once where the database does not bound it."""


class Supply:
    """Gives, again and again, as many of the texts as there is room for, beginning where it had stopped."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.given = 0

    def take(self, room: int) -> str:
        taken = self._next()[:room]
        self.given += 1
        while len(taken) + 1 + len(self._next()) <= room:
            taken += f" {self._next()}"
            self.given += 1
        return taken

    def _next(self) -> str:
        return self.texts[self.given % len(self.texts)]


class Writer:
    """Puts the texts into the rows of the demonstration, past every check of a form."""

    def __init__(self, texts: list[str]) -> None:
        self.supplies = {
            (model, name): Supply(texts[at % len(texts) :] + texts[: at % len(texts)])
            for at, (model, name) in enumerate(
                (model, name) for model, names in HELD.items() for name in names
            )
        }

    def write(self) -> None:
        """Give every field of every row the next texts."""
        for model, names in HELD.items():
            for row in model._default_manager.order_by("-pk")[:ROWS]:
                happened = [
                    name for name in names if getattr(row, name) or not name.endswith(UNTIL_IT_HAPPENS)
                ]
                changes = {name: self._text(model, name, row.pk) for name in happened}
                model._default_manager.filter(pk=row.pk).update(**changes)

    def fewest(self) -> int:
        """Return how many texts the field had that had the fewest, of those with any row."""
        return min(supply.given for supply in self.supplies.values() if supply.given)

    def _text(self, model: type[Model], name: str, number: int) -> str:
        column = model._meta.get_field(name)
        assert isinstance(column, CharField | TextField)
        is_bounded = connection.vendor == "postgresql" and column.max_length
        room = min(column.max_length or ROOM, ROOM) if is_bounded else ROOM
        return f"{self.supplies[model, name].take(room - 7)}{number}"  # the number keeps it apart


def batches(texts: list[str], count: int) -> Iterator[list[str]]:
    for start in range(0, len(texts), count):
        yield texts[start : start + count]


def sendings(
    texts: list[str], fields: int, *, packs: int, alone: int, is_address: bool
) -> Iterator[list[str]]:
    """Yield what the fields of a form are given at each sending.

    First all the texts at once in each field, unless they become an address, which has its bounds; then in
    packs, each field another one, until each was in each field; then each field one text alone, another one
    each time.
    """
    if not is_address:
        yield [" ".join(text for text in texts if text.isprintable())]
    joined = [" ".join(some) for some in batches(texts, -(-len(texts) // packs))]
    yield from ([joined[(turn + field) % len(joined)] for field in range(fields)] for turn in range(packs))
    for turn in range(alone):
        yield [texts[(turn * fields + field) % len(texts)] for field in range(fields)]
