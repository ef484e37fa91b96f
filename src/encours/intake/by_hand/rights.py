"""Know which kinds of file a user may import by hand, and which lines of them are within his rights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from encours.access.models import Role, User
from encours.access.rights import has_role
from encours.access.scopes import scope_of
from encours.intake.by_hand.correcting import Corrections
from encours.intake.cells import Cells
from encours.intake.documents.invoices import InvoiceImporter
from encours.intake.documents.payments import PaymentImporter
from encours.intake.importing import Importer, Plan
from encours.intake.parties.customers import CustomerImporter
from encours.intake.parties.entities import EntityImporter
from encours.intake.problems import Findings, TooManyProblems
from encours.intake.reading.tables import Layout
from encours.parties.queries import customers_in, entities_in

MAX_LINES = 10_000


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file; what all entities share is for administrators who see them all."""

    code: str
    label: str | Promise
    importer: type[Importer[Any, Any, Any]]
    list_url: str
    is_shared: bool

    @property
    def command(self) -> str:
        """The command that takes larger files of this kind."""
        return f"encours import_{self.importer.subject}"


KINDS = (
    Kind("factures", gettext_lazy("Factures et avoirs"), InvoiceImporter, "desk:accounts", is_shared=False),
    Kind(
        "reglements",
        gettext_lazy("Règlements et lettrages"),
        PaymentImporter,
        "desk:accounts",
        is_shared=False,
    ),
    Kind(
        "clients",
        gettext_lazy("Clients et adresses de relance"),
        CustomerImporter,
        "parties:customers",
        is_shared=True,
    ),
    Kind("entites", gettext_lazy("Entités facturantes"), EntityImporter, "parties:entities", is_shared=True),
)


def kinds_for(user: User) -> list[Kind]:
    """Return the kinds of file that a user may import."""
    if not has_role(user, Role.COLLECTOR):
        return []
    return [kind for kind in KINDS if not kind.is_shared or _may_change_shared(user)]


def _may_change_shared(user: User) -> bool:
    return has_role(user, Role.ADMINISTRATOR) and scope_of(user).entity_ids is None


class WithinRights:
    """An importer that refuses the lines beyond the rights of a user, before anything is looked up for them.

    It corrects each row as the user did in the page before it is read like any other; ``rows`` has them all,
    ``corrections`` those that change something. The entity must be one that he sees, and the customer too
    unless he may create customers: an unknown one and one of others are told in the same words. ``on_line``
    hears how many lines are read.
    """

    def __init__(
        self,
        kind: Kind,
        user: User,
        layout: Layout,
        corrections: Corrections,
        on_line: Callable[[int], None] | None = None,
    ) -> None:
        self._on_line = on_line
        self._inner = kind.importer()
        self.subject, self.layout = self._inner.subject, layout
        self.entity_codes: set[str] = set()
        self.rows: dict[int, dict[str, str]] = {}
        self.corrections: Corrections = {}
        self._given_corrections = corrections
        self._count = 0
        self._entities: frozenset[str] | None = None
        self._customers: frozenset[str] | None = None
        scope = scope_of(user)
        if not kind.is_shared:
            self._entities = frozenset(entities_in(scope).values_list("code", flat=True))
            if not _may_change_shared(user):
                codes = customers_in(scope).order_by().values_list("code", flat=True)
                self._customers = frozenset(codes)

    def parse(self, cells: Cells, today: Any, /) -> Any:
        """Return a row as a line, or None once its problems are told."""
        self._count += 1
        if self._count > MAX_LINES:
            sentence = _("Plus de %s lignes\u00a0: partagez le fichier, ou prenez la commande.")
            cells.refuse("", sentence % MAX_LINES)
            raise TooManyProblems
        if self._on_line is not None:
            self._on_line(self._count)
        self._correct(cells)
        if cells.text("pdf").strip():
            cells.refuse("pdf", _("Les PDF ne se joignent pas ici\u00a0: laissez cette colonne vide."))
            return None
        line = self._inner.parse(cells, today)
        return line if line is not None and self._is_within(cells, line) else None

    def _correct(self, cells: Cells) -> None:
        """Correct a row as the user did; what he left as it is in the file is no correction."""
        written = cells.as_written()
        values = self._given_corrections.get(cells.place.line, {})
        changed = {name: value for name, value in values.items() if written.get(name, value) != value}
        if changed:
            cells.correct(changed)
            self.corrections[cells.place.line] = changed
        self.rows[cells.place.line] = cells.as_written()

    def _is_within(self, cells: Cells, line: Any) -> bool:
        if self._entities is not None and line.entity_code not in self._entities:
            cells.refuse("entity_code", _("Entité facturante inconnue, ou hors de vos entités."))
        if self._customers is not None and line.customer_code not in self._customers:
            cells.refuse("customer_code", _("Client inconnu, ou hors de vos entités."))
        if cells.are_sound:
            self.entity_codes.add(line.entity_code)
        return cells.are_sound

    def read_state(self, lines: Sequence[Any], /) -> Any:
        """Return what the database knows of the lines."""
        return self._inner.read_state(lines)

    def lock(self, state: Any, /) -> None:
        """Lock what the plan depends on."""
        self._inner.lock(state)

    def plan(self, lines: Sequence[Any], state: Any, findings: Findings, *, today: Any) -> Plan:
        """Return what there is to write."""
        plan: Plan = self._inner.plan(lines, state, findings, today=today)
        return plan
