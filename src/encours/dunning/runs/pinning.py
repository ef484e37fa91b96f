"""Know which texts a proposal showed: a mass reminder sends these, or says that they changed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from encours.core.errors import Refusal
from encours.dunning.models import MessageTemplate, TemplateVersion


def stamp_of(templates: Iterable[MessageTemplate]) -> str:
    """Return what a page keeps of the templates that it showed: ``12.4f0c,15.99ab``."""
    return ",".join(f"{row.id}.{_digest(row)}" for row in templates)


def refuse_changed(templates: Sequence[MessageTemplate], seen: str) -> None:
    """Raise Refusal, naming them, where templates are not those that a page showed."""
    known = dict(part.partition(".")[::2] for part in seen.split(",") if part)
    changed = [row for row in templates if known.get(str(row.id)) != _digest(row)]
    gone = {int(text) for text in known if text.isdigit()} - {row.id for row in templates}
    changed += MessageTemplate.objects.filter(id__in=gone)
    if changed or gone:
        names = ", ".join(
            dict.fromkeys(
                _("%(code)s «\u00a0%(name)s\u00a0»") % {"code": row.code, "name": row.name} for row in changed
            )
        )
        raise Refusal(
            _(
                "Modifié depuis que cette proposition vous a été montrée\u00a0: %s. Rien n'est lancé\u00a0:"
                " ouvrez une ligne pour relire le texte, puis lancez de nouveau."
            )
            % (names or _("un modèle, supprimé"))
        )


def versions_of(templates: Iterable[MessageTemplate]) -> dict[str, int]:
    """Return the version of each template by its id, as the options of a run keep it."""
    return {str(row.id): row.version for row in templates}


def as_launched(templates: Collection[MessageTemplate], versions: Mapping[str, int]) -> list[MessageTemplate]:
    """Return the templates with the texts of their launch; those made since are left out.

    Raise Refusal where one is gone: its customers must not be written to with another text unseen.
    """
    if not versions:
        return list(templates)
    kept = [row for row in templates if str(row.id) in versions]
    if gone := {int(text) for text in versions} - {row.id for row in kept}:
        raise Refusal(lost_sentence(MessageTemplate.objects.filter(id__in=gone)))
    later = {row.id: versions[str(row.id)] for row in kept if row.version != versions[str(row.id)]}
    texts = {row.template_id: row for row in _versions(later)}
    for row in kept:
        if row.id in texts:
            row.version, row.subject, row.body = later[row.id], texts[row.id].subject, texts[row.id].body
    return kept


def lost_sentence(rows: Iterable[MessageTemplate], code: str = "") -> str:
    """Return why the templates of a code cannot be used any more: deleted, switched off, of another mode."""
    found = list(rows)
    code = found[0].code if found else code
    if not found:
        why = _("Le modèle %s n'existe plus") % code if code else _("Un modèle n'existe plus")
    elif any(row.is_active for row in found):
        why = _("Le modèle %s a changé de mode") % code
    else:
        why = _("Le modèle %s n'est plus actif") % code
    return _("%s\u00a0: préparez la proposition avec un autre.") % why


def _versions(wanted: Mapping[int, int]) -> list[TemplateVersion]:
    rows = TemplateVersion.objects.filter(template_id__in=wanted)
    return [row for row in rows if row.version == wanted[row.template_id]]


def _digest(row: MessageTemplate) -> str:
    looks = (row.version, row.name, row.mode, row.mention, row.is_formal_notice, row.severity_id)
    return hashlib.sha256(repr(looks).encode()).hexdigest()[:8]
