"""Who may issue a formal notice: users with the right, and where the entity asks for it, never one alone."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from django.utils.translation import gettext as _

from encours.access.models import User
from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.dunning.issuing.plan import Plan
from encours.dunning.models import MessageTemplate
from encours.parties.models import BillingEntity


class Authority:
    """What an actor may do about formal notices; asked of the database once."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    @cached_property
    def may_issue(self) -> bool:
        """Tell whether the actor has the right; the command line and the system have it."""
        if self.actor.user_id is None:
            return True
        return has_right(self.actor.user_id)

    def refuse_unauthorised(self, plan: Plan, entity: BillingEntity) -> None:
        """Raise Refusal for a formal notice that the actor may not issue, or not alone."""
        if not plan.template.is_formal_notice:
            return
        self.refuse_without_right([plan.template])
        if entity.formal_notices_need_approval and not self._is_approved(plan):
            raise Refusal(
                _(
                    "L'entité %s demande que les mises en demeure soient approuvées par une seconde"
                    " personne\u00a0: préparez-la à l'écran."
                )
                % entity.code
            )

    def refuse_without_right(self, templates: Iterable[MessageTemplate]) -> None:
        """Raise Refusal where one of the templates is a formal notice and the actor lacks the right."""
        if any(row.is_formal_notice for row in templates) and not self.may_issue:
            raise Refusal(
                _(
                    "«\u00a0%s\u00a0» n'a pas le droit d'émettre des mises en demeure\u00a0:"
                    " demandez-le à un administrateur."
                )
                % self.actor.name
            )

    def _is_approved(self, plan: Plan) -> bool:
        approver = plan.approved_by
        return (
            approver is not None and approver.user_id is not None and approver.user_id != self.actor.user_id
        )


def has_right(user_id: int) -> bool:
    """Tell whether an active user may issue and approve formal notices."""
    return User.objects.filter(pk=user_id, is_active=True, may_issue_formal_notices=True).exists()
