"""Find the page of what a line of the journal speaks of, where it still exists and the user may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from django.urls import reverse

from encours.access.models import User
from encours.access.scopes import Scope, scope_of
from encours.audit.models import AuditLine
from encours.dunning.models import MessageTemplate, Reminder
from encours.dunning.runs.queries import runs_in
from encours.parties.queries import customers_in, entities_in
from encours.receivables.models import Invoice, Payment

Addresses = Mapping[str, str]


def links_of(lines: Iterable[AuditLine], user: User) -> dict[int, str]:
    """Return the address of the thing of each line, by the id of the line; each kind is read at once."""
    names: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        kind, name = _named(line)
        if kind in _FINDERS and name:
            names[kind][name].append(line.pk)
    found: dict[int, str] = {}
    for kind, by_name in names.items():
        for name, address in _FINDERS[kind](list(by_name), scope_of(user)).items():
            found.update(dict.fromkeys(by_name.get(name, ()), address))
    return found


def _named(line: AuditLine) -> tuple[str, str]:
    """Return the kind and the name of what a line speaks of, as the subjects of actions write them."""
    if line.action.startswith("user."):
        return "user", line.subject
    if line.action.startswith("outbox."):
        return "relance", line.subject.partition(" ")[0]
    if line.subject.startswith("relance en masse "):
        return "run", line.subject.removeprefix("relance en masse ").partition(",")[0]
    kind, _space, name = line.subject.partition(" ")
    return kind, name


def _customers(codes: list[str], scope: Scope) -> Addresses:
    rows = customers_in(scope).filter(code__in=codes).values_list("code", "pk")
    return {code: reverse("parties:customer", args=[pk]) for code, pk in rows}


def _entities(codes: list[str], scope: Scope) -> Addresses:
    rows = entities_in(scope).filter(code__in=codes).values_list("code", "pk")
    return {code: reverse("parties:entity", args=[pk]) for code, pk in rows}


def _reminders(references: list[str], scope: Scope) -> Addresses:
    rows = scope.narrow(Reminder.objects.filter(reference__in=references)).values_list("reference", flat=True)
    return {reference: reverse("dunning:reminder", args=[reference]) for reference in rows}


def _runs(numbers: list[str], scope: Scope) -> Addresses:
    pks = [int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 18]
    rows = runs_in(scope).filter(pk__in=pks).values_list("pk", flat=True)
    return {str(pk): reverse("dunning:run", args=[pk]) for pk in rows}


def _invoices(names: list[str], scope: Scope) -> Addresses:
    numbers = [name.partition(" ")[2] for name in names]
    rows = scope.narrow(Invoice.objects.filter(number__in=numbers)).values_list(
        "entity__code", "number", "pk"
    )
    return {f"{code} {number}": reverse("receivables:invoice", args=[pk]) for code, number, pk in rows}


def _payments(names: list[str], scope: Scope) -> Addresses:
    references = [name.partition(" ")[2] for name in names]
    rows = scope.narrow(Payment.objects.filter(reference__in=references), "account__entity_id")
    found = rows.values_list("account__entity__code", "reference", "pk")
    return {f"{code} {ref}": reverse("receivables:payment", args=[pk]) for code, ref, pk in found}


def _templates(names: list[str], scope: Scope) -> Addresses:
    rows = MessageTemplate.objects.filter(code__in=[name.partition(" ")[0] for name in names])
    seen = rows.filter(entity=None) | scope.narrow(rows)
    found = seen.order_by("-entity").values_list("code", "language", "pk")
    return {f"{code} ({language})": reverse("dunning:template", args=[pk]) for code, language, pk in found}


def _users(names: list[str], scope: Scope) -> Addresses:
    rows = User.objects.filter(username__in=names)
    if scope.entity_ids is not None:
        rows = rows.filter(sees_all_entities=False, entities__in=scope.entity_ids).distinct()
    return {name: reverse("access:user", args=[pk]) for name, pk in rows.values_list("username", "pk")}


_FINDERS: dict[str, Callable[[list[str], Scope], Addresses]] = {
    "client": _customers,
    "entité": _entities,
    "relance": _reminders,
    "run": _runs,
    "facture": _invoices,
    "avoir": _invoices,
    "règlement": _payments,
    "modèle": _templates,
    "user": _users,
}
