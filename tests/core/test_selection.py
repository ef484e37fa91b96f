"""Who is reminded of what, and the reason given to each of the others."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encours.core.money import Money
from encours.core.selection import (
    AccountFacts,
    Left,
    OpenItem,
    Policy,
    Reason,
    Remind,
    decide,
    is_covered,
    is_recent,
)

TODAY = dt.date(2016, 5, 16)
LETTER = Policy(modes=("letter",))
ITEM = OpenItem(1, dt.date(2016, 1, 31), Money(640000, "EUR"))
FACTS = AccountFacts(7, (ITEM,))


def with_item(**changes: object) -> AccountFacts:
    return dataclasses.replace(FACTS, items=(dataclasses.replace(ITEM, **changes),))  # type: ignore[arg-type]


def test_an_overdue_invoice_is_reminded() -> None:
    assert decide(FACTS, LETTER, TODAY) == Remind(7, "letter", (ITEM,), has_unused_credit=False)


@pytest.mark.parametrize(
    ("facts", "policy", "reason"),
    [
        (AccountFacts(7, ()), LETTER, Reason.NOTHING_OVERDUE),
        (with_item(due_date=TODAY), LETTER, Reason.NOTHING_OVERDUE),
        (dataclasses.replace(FACTS, is_active=False), LETTER, Reason.INACTIVE),
        (dataclasses.replace(FACTS, is_entity_complete=False), LETTER, Reason.ENTITY_INCOMPLETE),
        (dataclasses.replace(FACTS, is_disputed=True), LETTER, Reason.DISPUTED),
        (with_item(is_disputed=True), LETTER, Reason.DISPUTED),
        (dataclasses.replace(FACTS, held_until=TODAY + dt.timedelta(days=1)), LETTER, Reason.HELD),
        (with_item(held_until=TODAY + dt.timedelta(days=1)), LETTER, Reason.HELD),
        (FACTS, dataclasses.replace(LETTER, min_days_late=107), Reason.BELOW_MINIMUM),
        (FACTS, dataclasses.replace(LETTER, minimum_minor={"EUR": 640001}), Reason.BELOW_MINIMUM),
        (with_item(last_reminded_on=dt.date(2016, 5, 10)), LETTER, Reason.RECENTLY_REMINDED),
        (
            dataclasses.replace(FACTS, unused_credits=(Money(1, "EUR"), Money(639999, "EUR"))),
            LETTER,
            Reason.COVERED_BY_CREDIT,
        ),
        (dataclasses.replace(FACTS, has_postal_address=False), LETTER, Reason.NO_POSTAL_ADDRESS),
        (dataclasses.replace(FACTS, has_email=False), Policy(modes=("email",)), Reason.NO_EMAIL),
    ],
)
def test_an_account_is_left_out_with_its_reason(facts: AccountFacts, policy: Policy, reason: Reason) -> None:
    decided = decide(facts, policy, TODAY)
    assert isinstance(decided, Left)
    assert (decided.account_id, decided.because) == (7, reason)


def test_a_reason_that_has_a_day_names_it() -> None:
    tomorrow, later = TODAY + dt.timedelta(days=1), TODAY + dt.timedelta(days=9)
    recent = [dataclasses.replace(ITEM, last_reminded_on=TODAY - dt.timedelta(days=days)) for days in (6, 2)]
    reminded = dataclasses.replace(FACTS, items=tuple(recent))
    assert decide(reminded, LETTER, TODAY) == Left(7, Reason.RECENTLY_REMINDED, TODAY - dt.timedelta(days=2))
    held = [dataclasses.replace(ITEM, held_until=day) for day in (later, tomorrow)]
    assert decide(dataclasses.replace(FACTS, items=tuple(held)), LETTER, TODAY) == Left(
        7, Reason.HELD, tomorrow
    )
    account = dataclasses.replace(FACTS, held_until=later)
    assert decide(account, LETTER, TODAY) == Left(7, Reason.HELD, later)
    assert decide(with_item(is_disputed=True), LETTER, TODAY) == Left(7, Reason.DISPUTED)


@pytest.mark.parametrize(
    ("facts", "policy"),
    [
        (with_item(due_date=TODAY - dt.timedelta(days=1)), LETTER),
        (with_item(held_until=TODAY), LETTER),
        (FACTS, dataclasses.replace(LETTER, min_days_late=106)),
        (FACTS, dataclasses.replace(LETTER, minimum_minor={"EUR": 640000, "JPY": 10**9})),
        (with_item(last_reminded_on=dt.date(2016, 5, 9)), LETTER),
        (with_item(last_reminded_on=TODAY), dataclasses.replace(LETTER, not_reminded_days=0)),
        (dataclasses.replace(FACTS, unused_credits=(Money(639999, "EUR"), Money(10**9, "JPY"))), LETTER),
        (dataclasses.replace(FACTS, has_email=False), LETTER),
    ],
)
def test_an_account_just_inside_each_limit_is_reminded(facts: AccountFacts, policy: Policy) -> None:
    assert isinstance(decide(facts, policy, TODAY), Remind)


def test_the_second_mode_is_taken_where_the_first_cannot_reach() -> None:
    both = Policy(modes=("email", "letter"))
    without_email = dataclasses.replace(FACTS, has_email=False)
    unreachable = dataclasses.replace(without_email, has_postal_address=False)
    assert isinstance(reminded := decide(FACTS, both, TODAY), Remind)
    assert reminded.mode == "email"
    assert isinstance(reminded := decide(without_email, both, TODAY), Remind)
    assert reminded.mode == "letter"
    assert decide(unreachable, both, TODAY) == Left(7, Reason.NO_EMAIL)


def test_a_held_invoice_leaves_and_the_others_stay() -> None:
    held = dataclasses.replace(ITEM, invoice_id=2, is_disputed=True)
    decision = decide(dataclasses.replace(FACTS, items=(held, ITEM)), LETTER, TODAY)
    assert isinstance(decision, Remind)
    assert decision.invoice_ids == (1,)


def test_credit_must_cover_every_currency() -> None:
    totals = {"EUR": Money(100, "EUR"), "JPY": Money(5, "JPY")}
    assert is_covered(totals, [Money(100, "EUR"), Money(5, "JPY")])
    assert not is_covered(totals, [Money(10**6, "EUR")])


items = st.builds(
    OpenItem,
    invoice_id=st.integers(1, 10**6),
    due_date=st.dates(dt.date(2016, 4, 1), dt.date(2016, 6, 30)),
    remaining=st.builds(Money, st.integers(1, 1000), st.sampled_from(["EUR", "JPY"])),
    last_reminded_on=st.none() | st.dates(dt.date(2016, 5, 1), TODAY),
    is_disputed=st.booleans(),
    held_until=st.none() | st.dates(dt.date(2016, 5, 10), dt.date(2016, 5, 20)),
)
facts_of_any_kind = st.builds(
    AccountFacts,
    account_id=st.just(7),
    items=st.lists(items, max_size=5, unique_by=lambda item: item.invoice_id).map(tuple),
    unused_credits=st.lists(
        st.builds(Money, st.integers(1, 2000), st.sampled_from(["EUR", "JPY"])), max_size=2
    ).map(tuple),
    has_email=st.booleans(),
    has_postal_address=st.booleans(),
)
policies = st.builds(
    Policy,
    modes=st.sampled_from([("email",), ("letter",), ("email", "letter")]),
    min_days_late=st.integers(1, 20),
    minimum_minor=st.dictionaries(st.sampled_from(["EUR", "JPY"]), st.integers(0, 1500)),
    not_reminded_days=st.integers(0, 10),
)


@given(facts_of_any_kind, policies)
def test_what_is_reminded_meets_every_condition(facts: AccountFacts, policy: Policy) -> None:
    decision = decide(facts, policy, TODAY)
    if isinstance(decision, Left):
        return
    assert decision.mode in policy.modes
    assert facts.has_email if decision.mode == "email" else facts.has_postal_address
    for item in decision.items:
        assert (TODAY - item.due_date).days >= max(1, policy.min_days_late)
        assert not item.is_disputed
        assert item.held_until is None or item.held_until <= TODAY
        assert not is_recent(item.last_reminded_on, policy.not_reminded_days, TODAY)
    for currency, total in decision.totals.items():
        assert total.minor >= policy.minimum_minor.get(currency, 0)
    assert not is_covered(decision.totals, facts.unused_credits)


@given(facts_of_any_kind, policies)
def test_whoever_was_just_reminded_is_not_reminded_again(facts: AccountFacts, policy: Policy) -> None:
    decision = decide(facts, policy, TODAY)
    if isinstance(decision, Left) or policy.not_reminded_days == 0:
        return
    reminded = set(decision.invoice_ids)
    after = dataclasses.replace(
        facts,
        items=tuple(
            dataclasses.replace(item, last_reminded_on=TODAY) if item.invoice_id in reminded else item
            for item in facts.items
        ),
    )
    again = decide(after, policy, TODAY)
    assert isinstance(again, Left) or not reminded & set(again.invoice_ids)


@given(facts_of_any_kind, policies)
def test_the_order_of_the_invoices_does_not_matter(facts: AccountFacts, policy: Policy) -> None:
    backwards = dataclasses.replace(facts, items=facts.items[::-1])
    assert decide(facts, policy, TODAY) == decide(backwards, policy, TODAY)
