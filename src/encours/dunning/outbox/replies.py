"""Say to who reads what a worker noted of a message in French; a server's own words stay as they are."""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import gettext

from encours.core.sentences import marked
from encours.core.smtp_outcomes import WHERE, WITHOUT_REPLY
from encours.languages import reader_language

_CAUSE = " (%(reply)s)"
NOTED = (
    *(sentence + _CAUSE for sentence in WITHOUT_REPLY.values()),
    *WITHOUT_REPLY.values(),
    *WHERE.values(),
    marked("l'envoi a été interrompu avant le point final"),
    marked("l'envoi a été interrompu, personne n'a lu la réponse"),
    marked("Abandonné après %(count)s essais\u00a0: %(reply)s"),
    marked("Le message %(sha256)s manque dans l'archive\u00a0: lancez encours verify."),
    marked("gardé dans mail/%(name)s\u00a0: aucun serveur de messagerie n'est configuré"),
    marked("Le message pèse %(size)s octets, plus que les %(limit)s que le serveur accepte."),
    marked("Le message n'est pas en ASCII et le serveur n'accepte pas le 8 bits (8BITMIME)."),
    marked("Le domaine d'une adresse n'a pas de forme internationale valable."),
    marked("Une adresse a des lettres accentuées que le serveur n'accepte pas (SMTPUTF8)."),
    marked("Les lignes du message ne finissent pas toutes par CRLF."),
    marked("Le message contient un octet nul."),
    marked("Le message contient une ligne de plus de 998 octets."),
    marked("refusé sans explication"),
    marked("remise confirmée par un rapport\u00a0: %s"),
)
"""What may be noted, the more exact before."""


def said_reply(noted: str) -> str:
    """Return what was noted in the language of who reads."""
    if reader_language() == "fr":
        return noted
    for sentence in NOTED:
        if found := _pattern(sentence).fullmatch(noted):
            return _filled(sentence, found)
    return noted


def _filled(sentence: str, found: re.Match[str]) -> str:
    words = {name: said_reply(value) for name, value in found.groupdict().items()}
    cause = _CAUSE % words if sentence.endswith(_CAUSE) else ""
    said = gettext(sentence.removesuffix(_CAUSE))
    return (said % words if words else said % found.groups() if found.groups() else said) + cause


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    escaped = re.escape(sentence)
    named = re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+?)", escaped)
    return re.compile(named.replace("%s", "(.+?)"), re.DOTALL)
