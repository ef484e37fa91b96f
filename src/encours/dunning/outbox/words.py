"""Say what the outbox shows: states, phases of an attempt, reports, and what a decision does."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from encours.core.delivery_reports import Action
from encours.core.smtp_outcomes import Outcome, Phase
from encours.delivery.models import MessageState

STATE_LABELS = {
    "en_attente": _("En attente"),
    "en_cours": _("En cours"),
    "envoyees": _("Envoyées"),
    "refusees": _("Refusées"),
    "incertaines": _("Incertaines"),
    "annulees": _("Annulées"),
}
STATE_KINDS = {
    MessageState.QUEUED: "wait",
    MessageState.CLAIMED: "wait",
    MessageState.TRANSMITTING: "wait",
    MessageState.SENT: "ok",
    MessageState.REFUSED: "bad",
    MessageState.UNCERTAIN: "warn",
    MessageState.CANCELLED: "mute",
}
"""How each state is drawn: see the template tag «state»."""

PHASES = {
    Phase.CONNECT: _("connexion"),
    Phase.EHLO: _("présentation"),
    Phase.STARTTLS: _("chiffrement"),
    Phase.AUTH: _("identification"),
    Phase.CHECK: _("vérification avant l'envoi"),
    Phase.MAIL: _("expéditeur"),
    Phase.RCPT: _("destinataire"),
    Phase.DATA: _("début du message"),
    Phase.BODY: _("corps du message"),
    Phase.FINAL_DOT: _("fin du message"),
    Phase.QUIT: _("fin de la session"),
}
OUTCOMES = {
    "": _("en cours"),
    Outcome.SENT: _("acceptée"),
    Outcome.REFUSED: _("refusée"),
    Outcome.RETRY: _("à réessayer"),
    Outcome.UNCERTAIN: _("sans réponse"),
}
REPORTS = {
    Action.FAILED: _("rapport de non-remise"),
    Action.DELAYED: _("rapport de retard"),
    Action.DELIVERED: _("remise confirmée"),
    Action.RELAYED: _("transmise à un autre serveur"),
    Action.EXPANDED: _("transmise à une liste"),
}
