"""Know the words that anybody would try first here, and refuse a password that is little else.

They are: encours, the words of the address and of the company's name, the names and codes of the billing
entities, and the user's own name, sign-in name and e-mail address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from encours.access.models import User
from encours.core.search import normalise

LEAST_OTHER_CHARS = 8
_LEAST_LETTERS = 3
_BETWEEN_WORDS = re.compile(r"[\W_]+")


class ContextWordsValidator:
    """Refuse a password in which, without these words, too few different characters remain."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError; a word within a long phrase is no harm."""
        rest = whole = normalise(password)
        for word in sorted(words_of(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        if rest != whole and len(set(rest) - {" "}) < LEAST_OTHER_CHARS:
            raise ValidationError(
                _(
                    "Ce mot de passe tient surtout à votre nom, à celui de votre entreprise ou à celui"
                    " d'Encours\u00a0: ajoutez d'autres mots."
                ),
                code="password_of_context_words",
            )


def words_of(user: User | None) -> set[str]:
    """Return the words, without accents or case."""
    found = _BETWEEN_WORDS.split(normalise(" ".join(_texts(user))))
    return {word for word in found if len(word) >= _LEAST_LETTERS}


def _texts(user: User | None) -> Iterator[str]:
    yield "encours"
    yield urlsplit(settings.BASE_URL).hostname or ""
    yield str(settings.OIDC.get("name", ""))
    for names in apps.get_model("parties", "BillingEntity")._default_manager.values_list("name", "code"):
        yield from names
    if user is not None:
        yield from (user.username, user.full_name, user.email)
