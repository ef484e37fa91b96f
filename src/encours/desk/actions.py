"""Change what a user keeps of the list: filters under a name, and how many accounts he sees at once."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from encours.access.models import User
from encours.core.errors import Refusal
from encours.desk.filters import PAGE_SIZES
from encours.desk.models import SavedFilter

MAX_SAVED_FILTERS = 50
MAX_QUERY_LENGTH = 4_000


@transaction.atomic
def save_filter(*, user: User, name: str, query: str, is_default: bool) -> SavedFilter:
    """Keep a query string under a name, in place of what that name held; raise Refusal."""
    name = _checked_name(name)
    if len(query) > MAX_QUERY_LENGTH:
        raise Refusal(_("Ce filtre est trop long pour être enregistré\u00a0: choisissez moins d'entités."))
    kept = SavedFilter.objects.select_for_update().filter(user=user)
    existing = kept.filter(name=name).first()
    if existing is None and kept.count() >= MAX_SAVED_FILTERS:
        raise Refusal(_("Vous avez déjà %d filtres\u00a0: supprimez-en un d'abord.") % MAX_SAVED_FILTERS)
    if is_default:
        kept.update(is_default=False)
    saved = existing or SavedFilter(user=user, name=name)
    saved.query, saved.is_default = query, is_default or saved.is_default
    saved.save()
    return saved


@transaction.atomic
def rename_filter(*, saved: SavedFilter, name: str) -> None:
    """Give a saved filter another name; raise Refusal where another filter has it."""
    name = _checked_name(name)
    if SavedFilter.objects.filter(user=saved.user, name=name).exclude(pk=saved.pk).exists():
        raise Refusal(_("Vous avez déjà un filtre «\u00a0%s\u00a0»\u00a0: choisissez un autre nom.") % name)
    SavedFilter.objects.filter(pk=saved.pk).update(name=name)


@transaction.atomic
def make_default(*, saved: SavedFilter, is_default: bool) -> None:
    """Make a saved filter the one that the list opens with, or no longer."""
    SavedFilter.objects.filter(user=saved.user).update(is_default=False)
    SavedFilter.objects.filter(pk=saved.pk).update(is_default=is_default)


def delete_filter(*, saved: SavedFilter) -> None:
    """Forget a saved filter."""
    SavedFilter.objects.filter(pk=saved.pk).delete()


def remember_page_size(*, user: User, per_page: int) -> None:
    """Keep how many accounts a user sees at once; nothing is written when it is the same."""
    if per_page in PAGE_SIZES and per_page != user.accounts_per_page:
        User.objects.filter(pk=user.pk).update(accounts_per_page=per_page)


def _checked_name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > 80 or not cleaned.isprintable():
        raise Refusal(_("Donnez au filtre un nom de 1 à 80 caractères."), field="name")
    return cleaned
