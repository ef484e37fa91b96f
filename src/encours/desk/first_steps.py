"""Lead from an empty base to the first reminder: what is done, what is to be done, and by whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from encours.access.models import Role, User
from encours.access.rights import has_role
from encours.access.scopes import Scope
from encours.intake.by_hand.rights import kinds_for
from encours.parties.models import BillingEntity
from encours.parties.queries import customers_in, missing_legal_fields
from encours.receivables.queries import invoices_in


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do before the first reminder; ``address`` is empty for who may not do it, or not yet.

    A file does it too: on the page, of the kind ``nature`` (empty for who may not import it), or by commands.
    """

    title: str
    text: str
    is_done: bool
    role: Role
    address: str
    link: str
    nature: str = ""
    import_link: str = ""
    commands: tuple[str, ...] = ()


def first_steps(user: User, scope: Scope, entities: Sequence[BillingEntity]) -> list[Step]:
    """Return the steps of whoever has no invoice yet; none once there is one, or once they are hidden."""
    if user.hides_first_steps or invoices_in(scope).exists():
        return []
    has_customers = customers_in(scope).exists()
    steps = [
        _entity(entities),
        _customers(is_done=has_customers),
        _invoices(can_start=has_customers),
        _sender(entities),
        _reminder(),
    ]
    natures = {kind.code for kind in kinds_for(user)}
    return [_for(user, step, natures) for step in steps]


def _for(user: User, step: Step, natures: Collection[str]) -> Step:
    """Take its links from a step that a user may not do."""
    address = step.address if has_role(user, step.role) else ""
    return replace(step, address=address, nature=step.nature if step.nature in natures else "")


def _entity(entities: Sequence[BillingEntity]) -> Step:
    return Step(
        title=_("Créer l'entité facturante"),
        text=_("La société qui émet les factures : nom, adresse, SIREN, capital."),
        is_done=bool(entities),
        role=Role.ADMINISTRATOR,
        address=reverse("parties:entities" if entities else "parties:new_entity"),
        link=_("Voir les entités facturantes") if entities else _("Créer une entité"),
        nature="entites",
        import_link=_("Importer les entités"),
        commands=("encours import_entities entites.csv",),
    )


def _customers(*, is_done: bool) -> Step:
    return Step(
        title=_("Enregistrer les clients"),
        text=_("Un par un, ou tous d'un fichier CSV ou XLSX."),
        is_done=is_done,
        role=Role.ADMINISTRATOR,
        address=reverse("parties:customers" if is_done else "parties:new_customer"),
        link=_("Voir les clients") if is_done else _("Créer un client"),
        nature="clients",
        import_link=_("Importer les clients"),
        commands=("encours import_customers clients.csv",),
    )


def _invoices(*, can_start: bool) -> Step:
    return Step(
        title=_("Enregistrer les factures"),
        text=_("Sur la page d'un compte client, ou toutes d'un fichier, puis leurs règlements."),
        is_done=False,
        role=Role.COLLECTOR,
        address=reverse("desk:palette") if can_start else "",
        link=_("Chercher un compte client"),
        nature="factures" if can_start else "",
        import_link=_("Importer les factures"),
        commands=("encours import_invoices factures.csv", "encours import_payments reglements.csv"),
    )


def _sender(entities: Sequence[BillingEntity]) -> Step:
    lacking = [row for row in entities if missing_legal_fields(row) or not row.sender_email]
    shown = lacking or entities
    return Step(
        title=_("Compléter l'expéditeur et le papier à lettres"),
        text=_("Les mentions légales, l'adresse d'envoi des e-mails, puis le logo et la signature."),
        is_done=bool(entities) and not lacking,
        role=Role.ADMINISTRATOR,
        address=reverse("parties:entity" if lacking else "dunning:letterhead", args=[shown[0].pk])
        if shown
        else "",
        link=_("Compléter %s") % lacking[0].name if lacking else _("Régler le papier à lettres"),
    )


def _reminder() -> Step:
    return Step(
        title=_("Faire la première relance"),
        text=_("Les comptes paraîtront ici : « Faire une relance » en face de qui vous doit."),
        is_done=False,
        role=Role.COLLECTOR,
        address="",
        link="",
    )
