"""Import invoices and credit notes: new ones are created, known ones must agree with what is recorded."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from encours.archive import store
from encours.core import french
from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.core.money import Money
from encours.intake.cells import Cells, Place, refuse_at
from encours.intake.documents.invoice_lines import COLUMNS, LAYOUT, InvoiceLine, parse_invoice
from encours.intake.documents.parties import KnownParties, PartiesFinder, create_parties, read_parties
from encours.intake.importing import Counts
from encours.intake.known import chunks
from encours.intake.problems import Findings, contradiction
from encours.languages import with_code
from encours.parties.bulk import ensure_accounts, find_accounts
from encours.receivables.bulk import NewInvoice, attach_originals, insert_invoices, lock_in_order, refresh
from encours.receivables.details import InvoiceDetails
from encours.receivables.models import Invoice

DETAIL_FIELDS = tuple(field.name for field in fields(InvoiceDetails))
KIND_NAMES = {"invoice": gettext_lazy("facture"), "credit_note": gettext_lazy("avoir")}


@dataclass(frozen=True, slots=True)
class KnownInvoice:
    """An invoice of the database."""

    id: int
    customer_code: str
    kind: str
    details: InvoiceDetails
    original_sha256: str


@dataclass(frozen=True, slots=True)
class InvoiceState:
    """What the database has of the invoices and parties that the lines name."""

    parties: KnownParties
    invoices: dict[tuple[str, str], KnownInvoice]
    account_ids: dict[tuple[int, int], int]


@dataclass(slots=True)
class InvoicePlan:
    """The invoices to create, and the originals to attach to known ones by id."""

    finder: PartiesFinder
    new: list[InvoiceLine] = field(default_factory=list)
    attached: dict[int, InvoiceLine] = field(default_factory=dict)
    unchanged_count: int = 0

    @property
    def counts(self) -> Counts:
        """What the plan does to invoices."""
        return Counts(len(self.new), self.unchanged_count, len(self.attached))

    def apply(self, *, actor: Actor, now: dt.datetime) -> None:  # noqa: ARG002 (the audit line has him)
        """Write parties, accounts, invoices and originals, then the figures of the accounts."""
        ids = create_parties(self.finder)
        sides = {(line.entity_code, line.customer_code) for line in self.new}
        accounts = ensure_accounts({(ids.entity_ids[e], ids.customer_ids[c]) for e, c in sides})
        for line in (*self.new, *self.attached.values()):
            if line.pdf is not None:
                store.put(line.pdf.read())
        insert_invoices(self._rows(ids, accounts), now=now)
        attach_originals(
            {id: (line.pdf.sha256, line.pdf.filename) for id, line in self.attached.items() if line.pdf}
        )
        refresh(accounts.values(), today=paris_date(now))

    def _rows(self, ids: KnownParties, accounts: dict[tuple[int, int], int]) -> Iterator[NewInvoice]:
        for line in self.new:
            entity_id = ids.entity_ids[line.entity_code]
            yield NewInvoice(
                account_id=accounts[entity_id, ids.customer_ids[line.customer_code]],
                entity_id=entity_id,
                kind=line.kind,
                details=line.details,
                original_sha256=line.pdf.sha256 if line.pdf else "",
                original_filename=line.pdf.filename if line.pdf else "",
            )


class InvoiceImporter:
    """Files of invoices and credit notes."""

    subject = "invoices"
    layout = LAYOUT

    def parse(self, cells: Cells, today: dt.date, /) -> InvoiceLine | None:  # noqa: ARG002 (of payments only)
        """Return a row as a line."""
        return parse_invoice(cells)

    def read_state(self, lines: Sequence[InvoiceLine], /) -> InvoiceState:
        """Return the known parties, invoices and accounts that the lines name."""
        parties = read_parties({line.entity_code for line in lines}, {line.customer_code for line in lines})
        numbers: dict[str, list[str]] = defaultdict(list)
        pairs: set[tuple[int, int]] = set()
        for line in lines:
            entity_id = parties.entity_ids.get(line.entity_code)
            customer_id = parties.customer_ids.get(line.customer_code)
            if entity_id is not None:
                numbers[line.entity_code].append(line.details.number)
                if customer_id is not None:
                    pairs.add((entity_id, customer_id))
        invoices = {
            (code, known.details.number): known
            for code, wanted in numbers.items()
            for known in _read_invoices(parties.entity_ids[code], wanted)
        }
        return InvoiceState(parties, invoices, find_accounts(pairs))

    def lock(self, state: InvoiceState, /) -> None:
        """Lock the known accounts."""
        lock_in_order(state.account_ids.values())

    def plan(
        self,
        lines: Sequence[InvoiceLine],
        state: InvoiceState,
        findings: Findings,
        *,
        today: dt.date,  # noqa: ARG002 (an invoice may be dated later)
    ) -> InvoicePlan:
        """Return the invoices to create; a number stands on one line, and agrees with what is recorded."""
        plan = InvoicePlan(PartiesFinder(state.parties, findings))
        seen: dict[tuple[str, str], Place] = {}
        for line in lines:
            first = seen.setdefault(line.key, line.place)
            if first is not line.place:
                sentence = _("Ce numéro est déjà donné dans %(file)s, ligne %(line)s.")
                message = sentence % {"file": first.file, "line": first.line}
                refuse_at(findings, line.place, "number", line.details.number, message)
                continue
            has_entity = plan.finder.find_entity(line.place, line.entity_code, line.entity_name)
            has_customer = plan.finder.find_customer(line.place, line.customer_code, line.customer_name)
            known = state.invoices.get(line.key)
            if known is not None:
                _agree(plan, known, line, findings)
            elif has_entity and has_customer:
                plan.new.append(line)
        return plan


def _read_invoices(entity_id: int, numbers: Sequence[str]) -> Iterator[KnownInvoice]:
    for chunk in chunks(numbers):
        rows = Invoice.objects.filter(entity_id=entity_id, number__in=chunk)
        for row in rows.values("id", "account__customer__code", "kind", "original_sha256", *DETAIL_FIELDS):
            details = InvoiceDetails(**{name: row[name] for name in DETAIL_FIELDS})
            customer_code = row["account__customer__code"]
            yield KnownInvoice(row["id"], customer_code, row["kind"], details, row["original_sha256"])


def _agree(plan: InvoicePlan, known: KnownInvoice, line: InvoiceLine, findings: Findings) -> None:
    """Count a line as unchanged, attach its original, or tell where it contradicts what is recorded."""
    contradictions = list(_contradictions(known, line))
    for column, value, recorded, read in contradictions:
        refuse_at(findings, line.place, column, value, contradiction(recorded, read))
    if contradictions:
        return
    if line.pdf is not None and not known.original_sha256:
        plan.attached[known.id] = line
    else:
        plan.unchanged_count += 1


def _contradictions(known: KnownInvoice, line: InvoiceLine) -> Iterator[tuple[str, str, str, str]]:
    """Yield column, value, and what is recorded and read, for a person to compare."""
    if known.customer_code != line.customer_code:
        yield "customer_code", line.customer_code, known.customer_code, line.customer_code
    if known.kind != line.kind:
        yield "kind", line.kind, str(KIND_NAMES[known.kind]), str(KIND_NAMES[line.kind])
    for name in DETAIL_FIELDS if known.details != line.details else ():
        recorded, read = getattr(known.details, name), getattr(line.details, name)
        if recorded != read:
            words = _in_words(known.details, recorded), _in_words(line.details, read)
            yield COLUMNS.get(name, name), words[1], *words
    if line.pdf is not None and known.original_sha256 not in {"", line.pdf.sha256}:
        yield "pdf", line.pdf.filename, f"{known.original_sha256[:12]}…", f"{line.pdf.sha256[:12]}…"


def _in_words(details: InvoiceDetails, value: object) -> str:
    if isinstance(value, dt.date):
        return french.date(value)
    if isinstance(value, int):
        return with_code(Money(value, details.currency))
    return str(value)
