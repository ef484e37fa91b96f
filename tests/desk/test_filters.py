"""The filter is the URL: it reads back as it was written, and refuses what means nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from encours.desk.filters import (
    PAGE_SIZES,
    AccountFilter,
    Case,
    FilterRefusal,
    History,
    default_filter,
    parse_options,
    parse_query,
)

TODAY = dt.date(2016, 5, 16)
JANUARY, MAY = 2016 * 12, 2016 * 12 + 4


def parse(query: str) -> AccountFilter:
    return parse_query(QueryDict(query), today=TODAY)


def problems(query: str) -> dict[str, str]:
    with pytest.raises(FilterRefusal) as refused:
        parse(query)
    return refused.value.problems


def test_at_first_the_period_goes_from_january_to_this_month() -> None:
    assert parse("") == AccountFilter(from_month=JANUARY, to_month=MAY)
    assert parse("") == default_filter(TODAY)


def test_every_parameter_is_read() -> None:
    query = "entite=B&entite=A&client=%20Dupont%20&de=11/2015&a=02/2016"
    query += "&cas=echues&historique=3m&par_page=50&page=2"
    assert parse(query) == AccountFilter(
        entity_codes=("B", "A"),
        client="Dupont",
        from_month=2015 * 12 + 10,
        to_month=2016 * 12 + 1,
        case=Case.OVERDUE,
        history=History.THREE_MONTHS,
        page=2,
        per_page=50,
    )


def test_an_empty_month_leaves_that_side_open() -> None:
    assert parse("de=&a=") == AccountFilter(from_month=None, to_month=None)


@pytest.mark.parametrize(
    ("query", "name", "sentence"),
    [
        (
            "de=13/2016",
            "de",
            "«\u00a013/2016\u00a0» n'est pas un mois\u00a0: écrivez-le MM/AAAA, par exemple 01/2016.",
        ),
        (
            "a=2016-13",
            "a",
            "«\u00a02016-13\u00a0» n'est pas un mois\u00a0: écrivez-le MM/AAAA, par exemple 01/2016.",
        ),
        ("page=0", "page", "Le numéro de page est un nombre à partir de 1."),
        ("page=%D9%A3", "page", "Le numéro de page est un nombre à partir de 1."),
        ("page=99999999999999999999", "page", "Le numéro de page est un nombre à partir de 1."),
        (
            "par_page=7",
            "par_page",
            "Le nombre de comptes par page est l'un de\u00a0: 5 10 15 25 50 100 150 200 300 400 500.",
        ),
        (
            "historique=5a",
            "historique",
            "«\u00a05a\u00a0» n'est pas connu\u00a0: choisissez parmi 1m, 3m, 6m, 1a, 2a, tout.",
        ),
        (
            "de=05/2016&a=01/2016",
            "de",
            "La période commence en mai 2016 et finit en janvier 2016\u00a0: inversez-les.",
        ),
    ],
)
def test_a_value_that_means_nothing_is_refused_with_a_sentence(query: str, name: str, sentence: str) -> None:
    assert problems(query) == {name: sentence}


def test_every_wrong_value_is_told_at_once() -> None:
    assert set(problems("cas=x&de=x&client=%00")) == {"cas", "de", "client"}


@pytest.mark.parametrize(
    ("history", "today", "start"),
    [
        ("1a", dt.date(2016, 5, 16), dt.date(2015, 5, 16)),
        ("1m", dt.date(2016, 3, 31), dt.date(2016, 2, 29)),
        ("2a", dt.date(2016, 2, 29), dt.date(2014, 2, 28)),
        ("tout", dt.date(2016, 5, 16), None),
    ],
)
def test_the_history_starts_so_many_months_before_today(
    history: str, today: dt.date, start: dt.date | None
) -> None:
    assert AccountFilter(history=History(history)).history_start(today) == start


def test_command_options_ask_for_no_period_unless_told() -> None:
    assert parse_options(entities=["E1"], case="soldes") == AccountFilter(
        entity_codes=("E1",), case=Case.SETTLED, per_page=500
    )
    with pytest.raises(FilterRefusal, match="«\u00a0x\u00a0» n'est pas connu"):
        parse_options(entities=[], case="x")


months = st.none() | st.integers(2000 * 12, 2030 * 12)


@given(
    codes=st.lists(st.text("ABC1-_é&= +", min_size=1, max_size=6), unique=True),
    client=st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), max_size=20),
    start=months,
    end=months,
    case=st.sampled_from(Case),
    history=st.sampled_from(History),
    page=st.integers(1, 10**6),
    per_page=st.sampled_from(PAGE_SIZES),
)
def test_a_filter_reads_back_as_it_was_written(
    codes: list[str],
    client: str,
    start: int | None,
    end: int | None,
    case: Case,
    history: History,
    page: int,
    per_page: int,
) -> None:
    if start is not None and end is not None and start > end:
        start, end = end, start
    written = AccountFilter(
        entity_codes=tuple(codes),
        client=client,
        from_month=start,
        to_month=end,
        case=case,
        history=history,
        page=page,
        per_page=per_page,
    )
    assert parse(written.to_query()) == written
