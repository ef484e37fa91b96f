"""Know what the account list can be asked for, as a query string and as command options."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import urlencode

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from encours.core import french
from encours.core.by_hand import typed_month
from encours.core.days import month_number
from encours.core.errors import Refusal
from encours.languages import reader_language

PAGE_SIZES = (5, 10, 15, 25, 50, 100, 150, 200, 300, 400, 500)
DEFAULT_PAGE_SIZE = 25
MAX_TEXT_LENGTH = 200
MAX_PAGE = 10**9


class Case(models.TextChoices):
    """Which accounts are wanted; the labels are those of the screen."""

    ALL = "tous", gettext_lazy("Tous les cas…")
    OPEN = "en_attente", gettext_lazy("Factures en attente de paiement")
    OVERDUE = "echues", gettext_lazy("Factures échues")
    NEVER_REMINDED = "jamais_relancees", gettext_lazy("Échues jamais relancées")
    REMINDED_UNPAID = "relancees_impayees", gettext_lazy("Relancées, toujours impayées")
    NO_EMAIL = "sans_email", gettext_lazy("Adresse de relance sans e-mail")
    INCOMPLETE_ADDRESS = "adresse_incomplete", gettext_lazy("Adresse postale incomplète")
    CREDIT_NOTES = "avoirs", gettext_lazy("Avoirs non utilisés")
    PAYMENTS = "reglements", gettext_lazy("Règlements non affectés")
    SETTLED = "soldes", gettext_lazy("Comptes soldés")


class History(models.TextChoices):
    """How far back reminders are listed."""

    ONE_MONTH = "1m", gettext_lazy("1 mois")
    THREE_MONTHS = "3m", gettext_lazy("3 mois")
    SIX_MONTHS = "6m", gettext_lazy("6 mois")
    ONE_YEAR = "1a", gettext_lazy("1 an")
    TWO_YEARS = "2a", gettext_lazy("2 ans")
    EVERYTHING = "tout", gettext_lazy("tout")


class Age(models.TextChoices):
    """How late an unpaid invoice must be for its account to be wanted: a slice of the aged balance."""

    NOT_DUE = "non_echu", gettext_lazy("non échues")
    TO_30 = "1-30", gettext_lazy("échues depuis 1 à 30 jours")
    TO_60 = "31-60", gettext_lazy("échues depuis 31 à 60 jours")
    TO_90 = "61-90", gettext_lazy("échues depuis 61 à 90 jours")
    OVER_90 = "plus_de_90", gettext_lazy("échues depuis plus de 90 jours")


_HISTORY_MONTHS = {"1m": 1, "3m": 3, "6m": 6, "1a": 12, "2a": 24}


class QueryValues(Protocol):
    """What a filter reads of a query: Django's QueryDict is one."""

    def get(self, key: str, default: Any = None, /) -> Any:
        """Return the last value of a parameter."""

    def getlist(self, key: str, /) -> list[Any]:
        """Return every value of a parameter."""

    def __contains__(self, key: object, /) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFilter:
    """One question to the account list. Months are year × 12 + month - 1; None leaves that side open."""

    entity_codes: tuple[str, ...] = ()
    client: str = ""
    from_month: int | None = None
    to_month: int | None = None
    case: Case = Case.ALL
    history: History = History.ONE_YEAR
    age: Age | None = None
    page: int = 1
    per_page: int = DEFAULT_PAGE_SIZE

    def on_page(self, page: int) -> AccountFilter:
        """Return the same question, on another page."""
        return replace(self, page=page)

    def within(self, visible_codes: Collection[str]) -> AccountFilter:
        """Return the same question; raise FilterRefusal where it names an entity that cannot be seen."""
        unknown = [code for code in self.entity_codes if code not in visible_codes]
        if unknown:
            sentence = _("L'entité «\u00a0%s\u00a0» n'existe pas ou ne vous est pas ouverte.")
            raise FilterRefusal({"entite": " ".join(sentence % code for code in unknown)})
        return self

    def last_month(self, today: dt.date) -> int | None:
        """Return the last month of the period where it leaves a document out; None where it does not."""
        if self.to_month is None or self.to_month >= month_number(today):
            return None
        return self.to_month

    def history_start(self, today: dt.date) -> dt.date | None:
        """Return the first day whose reminders are listed; None for all of them."""
        months = _HISTORY_MONTHS.get(self.history)
        if months is None:
            return None
        month = month_number(today) - months
        day = today.day
        while True:
            try:
                return dt.date(month // 12, month % 12 + 1, day)
            except ValueError:
                day -= 1  # 31 March less one month is the last of February

    def to_query(self) -> str:
        """Write the question as a query string, whole, so that it means the same tomorrow."""
        return urlencode([*self.criteria(), ("par_page", self.per_page), ("page", self.page)])

    def to_saved_query(self) -> str:
        """Write what is worth keeping under a name: everything but the page."""
        return urlencode(self.criteria())

    def criteria(self) -> list[tuple[str, object]]:
        """Return every parameter but the page and its size."""
        return [
            *(("entite", code) for code in self.entity_codes),
            ("client", self.client),
            ("de", "" if self.from_month is None else french.period_month(self.from_month)),
            ("a", "" if self.to_month is None else french.period_month(self.to_month)),
            ("cas", self.case.value),
            ("historique", self.history.value),
            *([("anciennete", self.age.value)] if self.age else []),
        ]


class FilterRefusal(Refusal):
    """Some values of a filter mean nothing; ``problems`` holds a sentence per parameter."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


def default_filter(today: dt.date, per_page: int = DEFAULT_PAGE_SIZE) -> AccountFilter:
    """Return the question asked at first: from January of this year to this month."""
    return AccountFilter(
        from_month=month_number(today.replace(month=1, day=1)),
        to_month=month_number(today),
        per_page=per_page,
    )


def parse_query(query: QueryValues, *, today: dt.date, per_page: int = DEFAULT_PAGE_SIZE) -> AccountFilter:
    """Read a filter from a query; what is absent is as at first. Raise FilterRefusal."""
    start = default_filter(today, per_page)
    reader = _Reader(today)
    found = AccountFilter(
        entity_codes=tuple(dict.fromkeys(code for code in query.getlist("entite") if code)),
        client=reader.text("client", query.get("client", "")),
        from_month=reader.month("de", query.get("de", ""), start.from_month if "de" not in query else None),
        to_month=reader.month("a", query.get("a", ""), start.to_month if "a" not in query else None),
        case=Case(reader.choice("cas", query.get("cas", ""), Case.values, Case.ALL.value)),
        history=History(
            reader.choice("historique", query.get("historique", ""), History.values, start.history.value)
        ),
        age=Age(age)
        if (age := reader.choice("anciennete", query.get("anciennete", ""), Age.values, ""))
        else None,
        page=reader.number("page", query.get("page", ""), 1),
        per_page=reader.number("par_page", query.get("par_page", ""), start.per_page),
    )
    return reader.checked(found)


def parse_options(
    *,
    entities: Sequence[str],
    customer: str = "",
    from_month: str = "",
    to_month: str = "",
    case: str = "",
) -> AccountFilter:
    """Read a filter from command options; no period and every case unless asked. Raise FilterRefusal."""
    reader = _Reader()
    found = AccountFilter(
        entity_codes=tuple(dict.fromkeys(entities)),
        client=reader.text("--customer", customer),
        from_month=reader.month("--from", from_month, None),
        to_month=reader.month("--to", to_month, None),
        case=Case(reader.choice("--case", case, Case.values, Case.ALL.value)),
        per_page=max(PAGE_SIZES),
    )
    return reader.checked(found)


class _Reader:
    """Reads values one by one and gathers a sentence for each that means nothing."""

    def __init__(self, today: dt.date | None = None) -> None:
        self.problems: dict[str, str] = {}
        self.today = today

    def text(self, name: str, value: str) -> str:
        text = " ".join(value.split())
        if len(text) > MAX_TEXT_LENGTH or not text.isprintable():
            self.problems[name] = _(
                "Le texte cherché est trop long ou contient des caractères de commande\u00a0: "
                "donnez une partie du nom ou du code du client."
            )
            return ""
        return text

    def month(self, name: str, value: str, default: int | None) -> int | None:
        if not value.strip():
            return default
        try:
            if self.today is not None:
                return typed_month(value, today=self.today)
            return french.parse_period_month(value)
        except (ValueError, Refusal) as problem:
            self.problems[name] = f"{str(problem).rstrip('.')}."
            return default

    def choice(self, name: str, value: str, known: Sequence[str], default: str) -> str:
        if value in known or not value:
            return value or default
        self.problems[name] = _(
            "«\u00a0%(value)s\u00a0» n'est pas connu\u00a0: choisissez parmi %(known)s."
        ) % {
            "value": value[:MAX_TEXT_LENGTH],
            "known": ", ".join(known),
        }
        return default

    def number(self, name: str, value: str, default: int) -> int:
        if not value:
            return default
        is_number = value.isascii() and value.isdigit() and len(value) <= len(str(MAX_PAGE))
        number = int(value) if is_number else 0
        if name == "par_page" and number not in PAGE_SIZES:
            sizes = " ".join(map(str, PAGE_SIZES))
            self.problems[name] = _("Le nombre de comptes par page est l'un de\u00a0: %s.") % sizes
            return default
        if number < 1:
            self.problems[name] = _("Le numéro de page est un nombre à partir de 1.")
            return default
        return number

    def checked(self, found: AccountFilter) -> AccountFilter:
        start, end = found.from_month, found.to_month
        if not self.problems and start is not None and end is not None and start > end:
            self.problems["de"] = _(
                "La période commence en %(start)s et finit en %(end)s\u00a0: inversez-les."
            ) % {
                "start": french.month_in_letters(start, reader_language()),
                "end": french.month_in_letters(end, reader_language()),
            }
        if self.problems:
            raise FilterRefusal(self.problems)
        return found
