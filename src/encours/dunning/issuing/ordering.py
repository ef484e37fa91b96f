"""Fetch what the files of reminders are drawn from, and have them drawn without the database."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from encours.archive import store
from encours.documents.stored_pictures import pictures_of
from encours.dunning.issuing import painters
from encours.dunning.issuing.drawing import DrawingOrder, DrawnFile
from encours.dunning.issuing.frozen import FrozenReminder
from encours.dunning.models import Reminder
from encours.dunning.texts import statement_label

Drawing = list[tuple[Reminder, Future[list[DrawnFile]]]]
"""Reminders with the files that are being drawn of each."""


def start_drawing(reminders: Sequence[Reminder]) -> Drawing:
    """Begin to draw reserved reminders; what cannot even be ordered has its error in its place."""
    orders: list[DrawingOrder] = []
    at: dict[int, int] = {}
    failed: dict[int, Future[list[DrawnFile]]] = {}
    for reminder in reminders:
        try:
            order = order_of(reminder.frozen)
        except (LookupError, ValueError, store.UnavailableError) as error:
            failed[reminder.id] = Future()
            failed[reminder.id].set_exception(error)
        else:
            at[reminder.id] = len(orders)
            orders.append(order)
    started = painters.start(orders)
    return [(row, failed[row.id] if row.id in failed else started[at[row.id]]) for row in reminders]


def order_of(text: str) -> DrawingOrder:
    """Return the order of a reminder from its frozen text; raise NotStoredError where an original is lost."""
    frozen = FrozenReminder.from_json(text)
    statement = frozen.statement
    wanted = {duplicate.original_sha256 for duplicate in frozen.duplicates if duplicate.original_sha256}
    pictures: dict[str, bytes] = {}
    for document in (frozen.letter, statement, *(duplicate.document for duplicate in frozen.duplicates)):
        if document is not None:
            pictures |= pictures_of(document.sender.letterhead)
    return DrawingOrder(
        frozen=text,
        statement_label=statement_label(statement.kind, statement.from_month, statement.to_month),
        originals={**{sha256: store.get(sha256) for sha256 in sorted(wanted)}, **pictures},
    )
