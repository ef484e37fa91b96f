"""Know the words in which the interface gives a reason or a state of a mass reminder."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from encours.core import french
from encours.core.days import paris_date
from encours.dunning.runs.models import LineState, RunLine, RunState

CONTACT_ERASED = "contact_erased"
REASONS = {
    "nothing_overdue": gettext_lazy("rien d'échu"),
    "below_minimum": gettext_lazy("sous le minimum demandé"),
    "recently_reminded": gettext_lazy("déjà relancé récemment"),
    "no_email": gettext_lazy("aucun e-mail"),
    "no_postal_address": gettext_lazy("adresse postale incomplète"),
    "covered_by_credit": gettext_lazy("couvert par un avoir ou un règlement"),
    "disputed": gettext_lazy("en litige"),
    "held": gettext_lazy("ne pas relancer pour le moment"),
    "inactive": gettext_lazy("client ou entité inactif"),
    "entity_incomplete": gettext_lazy("entité facturante incomplète"),
    "paid": gettext_lazy("payé depuis la proposition"),
    "changed": gettext_lazy("modifié depuis la proposition"),
    CONTACT_ERASED: gettext_lazy("adresses de relance effacées"),
    "stopped": gettext_lazy("relance en masse arrêtée avant"),
}
"""Every reason why an account is left out, in the order in which a list offers them."""

_WITH_DAY = {
    "recently_reminded": gettext_lazy("déjà relancé le %(day)s, %(ago)s"),
    "held": gettext_lazy("ne pas relancer avant le %(day)s"),
}
EXCLUDED = gettext_lazy("écarté à la main")

RUN_KINDS = {
    RunState.PREPARING: "wait",
    RunState.PROPOSAL: "info",
    RunState.AWAITING: "warn",
    RunState.RUNNING: "wait",
    RunState.PAUSED: "warn",
    RunState.STOPPED: "mute",
    RunState.DONE: "ok",
}
LINE_KINDS = {
    LineState.TO_REMIND: "info",
    LineState.LEFT: "mute",
    LineState.ISSUED: "ok",
    LineState.FAILED: "bad",
}
"""How each state is drawn: see the template tag «state»."""


def reason_text(reason: str) -> str:
    """Return a reason in the words of the interface."""
    return str(REASONS.get(reason, reason))


def reason_of(line: RunLine) -> str:
    """Return why a line is left out, with the day where the reason has one; the run is read with it."""
    day = line.reason_date
    if day is None or line.reason not in _WITH_DAY:
        return reason_text(line.reason)
    days = (paris_date(line.finished_at or line.run.created_at) - day).days
    ago = french.counted(days, _("jour plus tôt"), _("jours plus tôt")) if days > 0 else _("le jour même")
    return str(_WITH_DAY[line.reason]) % {"day": french.date(day), "ago": ago}
