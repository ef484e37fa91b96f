"""The list from kept figures is the list recomputed from documents, on any data, filter and case."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from itertools import product
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from encours.access.scopes import EVERYTHING, Scope
from encours.console import Refused
from encours.core.ageing import Bucket, bucket_of
from encours.desk import selection
from encours.desk import totals as totalling
from encours.desk.filters import AccountFilter, Age, Case
from encours.desk.queries import list_accounts, list_summaries
from encours.desk.recomputed import accounts_on
from encours.desk.summaries import total
from encours.desk.synthetic.load import load_synthetic
from encours.desk.totals import totals
from encours.parties.models import Account, BillingEntity
from encours.receivables.figures import refresh_accounts
from encours.receivables.models import Invoice
from tests import build

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 6, 30)
LEDGER = Path(__file__).resolve().parents[3] / "shared" / "samples" / "ledger"
MONTHS = (None, 2022 * 12 + 3, 2024 * 12 + 8, 2026 * 12, 2026 * 12 + 5)


def seed(customers: int = 150, invoices: int = 900, number: int = 1) -> None:
    load_synthetic(
        customer_count=customers, invoice_count=invoices, seed=number, until=TODAY, progress=lambda _: None
    )


def accounts(*options: str) -> dict[str, object]:
    output = StringIO()
    call_command("accounts", *options, "--json", stdout=output)
    answer: dict[str, object] = json.loads(output.getvalue())
    return answer


@pytest.mark.parametrize("number", [1, 2])
def test_kept_figures_and_recomputation_agree_for_every_case_and_period(number: int) -> None:
    seed(50, 400, number)
    listed = 0
    for case, first, last in product(Case, MONTHS, MONTHS):
        if first is not None and last is not None and first > last:
            continue
        criteria = AccountFilter(case=case, from_month=first, to_month=last, per_page=500)
        kept = list(list_summaries(EVERYTHING, criteria, TODAY))
        assert kept == list(accounts_on(EVERYTHING, criteria, TODAY)), criteria
        listed += len(kept)
    assert listed > 1_000


def test_a_period_older_than_the_bits_of_an_account_asks_its_invoices() -> None:
    account = build.account()
    for year in (2008, 2016):
        build.allocation(
            build.payment(account, amount=120, received=dt.date(year, 4, 1)),
            build.invoice(account, issued=dt.date(year, 3, 1), net=100, vat=20),
        )
    for month, count in ((2008 * 12 + 2, 1), (2008 * 12 + 3, 0), (2016 * 12 + 2, 1), (2012 * 12, 0)):
        criteria = AccountFilter(from_month=month, to_month=month)
        assert list_accounts(EVERYTHING, criteria, build.TODAY).total == count


@pytest.mark.parametrize("case", [Case.ALL, Case.OVERDUE, Case.SETTLED])
@pytest.mark.parametrize("period", [(None, None), (2026 * 12, 2026 * 12 + 5), (2024 * 12, 2025 * 12)])
def test_totals_are_the_sum_of_the_accounts(case: Case, period: tuple[int | None, int | None]) -> None:
    seed()
    criteria = AccountFilter(case=case, from_month=period[0], to_month=period[1], per_page=500)
    expected = total(summary for _, summary in list_summaries(EVERYTHING, criteria, TODAY))
    assert totals(EVERYTHING, criteria, TODAY) == expected


@pytest.mark.parametrize("case", [Case.ALL, Case.OPEN])
def test_totals_leave_out_other_entities_and_days_to_come(case: Case) -> None:
    seed(60, 400)
    day = dt.date(2026, 6, 10)  # some documents are dated later
    refresh_accounts(list(Account.objects.values_list("id", flat=True)), today=day)
    for scope, codes, ages in product(
        (EVERYTHING, Scope(frozenset(BillingEntity.objects.values_list("id", flat=True)[:2]))),
        ((), ("CEVENNES",)),
        (None, *Age),
    ):
        criteria = AccountFilter(
            case=case, age=ages, entity_codes=codes, from_month=2026 * 12 + 3, per_page=500
        )
        listed = list(list_summaries(scope, criteria, day))
        assert totals(scope, criteria, day) == total(summary for _, summary in listed)
    assert totals(EVERYTHING, AccountFilter(), day).issued < totals(EVERYTHING, AccountFilter(), TODAY).issued


@pytest.mark.parametrize("last", [None, 2025 * 12 + 7])
def test_an_age_lists_the_accounts_that_owe_an_invoice_as_late(last: int | None) -> None:
    seed(60, 400)
    for age, bucket in zip(Age, Bucket, strict=True):
        expected = {
            invoice.account_id
            for invoice in Invoice.objects.filter(kind="invoice", remaining_minor__gt=0)
            if bucket_of(invoice.due_date, TODAY) == bucket and (last is None or invoice.issue_month <= last)
        }
        criteria = AccountFilter(age=age, to_month=last, per_page=500)
        assert {row.id for row, _ in list_summaries(EVERYTHING, criteria, TODAY)} == expected


def test_a_text_lists_and_adds_up_the_same_accounts_with_the_index_of_names_and_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seed(60, 400)
    for text in ("garage", "Bé", "C0000", "x", "et fils", "e", "000 1", "nobody"):
        criteria = AccountFilter(client=text, from_month=2026 * 12, per_page=500)
        found = []
        for most in (1_000, 0):
            monkeypatch.setattr(selection, "MOST_FROM_INDEX", most)
            monkeypatch.setattr(totalling, "FEW", most)
            listed = [row.id for row, _ in list_summaries(EVERYTHING, criteria, TODAY)]
            found.append((listed, totals(EVERYTHING, criteria, TODAY)))
        assert found[0] == found[1]


def test_pages_read_from_either_end_make_up_the_whole_list() -> None:
    seed()
    criteria = AccountFilter(per_page=10)
    page = list_accounts(EVERYTHING, criteria, TODAY)
    seen: list[int] = []
    for number in range(1, page.page_count + 1):
        page = list_accounts(EVERYTHING, criteria.on_page(number), TODAY)
        assert (page.first, page.number) == (len(seen) + 1, number)
        seen += [block.account.id for block in page.blocks]
        assert page.last == len(seen)
    whole = Account.objects.order_by("entity_code", "search_name", "id")
    assert seen == [account.id for account in whole if account.first_issue_month is not None]
    beyond = list_accounts(EVERYTHING, criteria.on_page(10**9), TODAY)
    assert (beyond.number, beyond.last) == (page.page_count, page.total)


def test_the_number_of_queries_is_the_same_for_every_page_size_and_page() -> None:
    seed()
    counts = set()
    for size, number, case in product((5, 25, 150), (1, 2), (Case.ALL, Case.OVERDUE)):
        criteria = AccountFilter(per_page=size, page=number, case=case, from_month=2026 * 12)
        with CaptureQueriesContext(connection) as queries:
            list_accounts(EVERYTHING, criteria, TODAY)
        counts.add(len(queries))
    assert counts == {9}


def test_nothing_outside_the_scope_is_listed_or_added_up() -> None:
    seed()
    entity = BillingEntity.objects.get(code="CEVENNES")
    scope = Scope(frozenset({entity.pk}))
    page = list_accounts(scope, AccountFilter(per_page=500), TODAY)
    assert {block.account.entity_id for block in page.blocks} == {entity.pk}
    foreign = AccountFilter(entity_codes=("AUBRAC",))
    assert list_accounts(scope, foreign, TODAY).total == 0
    assert totals(scope, foreign, TODAY).issued == 0


def test_a_customer_is_found_by_any_part_of_name_or_code_without_accents_or_case() -> None:
    build.account(build.customer("X-42", name="Œuvres Étienne & Cie"))
    build.account(build.customer("Y-43", name="100 % Bois_Sud"))
    Account.objects.update(first_issue_month=2016 * 12, last_issue_month=2016 * 12)
    for text, codes in (
        ("ETIENNE", ["X-42"]),
        ("oeuv", ["X-42"]),
        ("-4", ["X-42", "Y-43"]),
        ("% b", ["Y-43"]),
        ("s_s", ["Y-43"]),
        ("s%s", []),
    ):
        page = list_accounts(EVERYTHING, AccountFilter(client=text), build.TODAY)
        assert [block.account.customer.code for block in page.blocks] == codes, text


def test_the_example_is_listed_with_its_line_and_what_is_left_of_it() -> None:
    build.example()
    criteria = AccountFilter(from_month=2016 * 12 + 1, to_month=2016 * 12 + 4)
    [block] = list_accounts(EVERYTHING, criteria, build.TODAY).blocks
    assert (block.summary.issued, block.summary.open, block.summary.overdue) == (0, 1, 1)
    assert block.summary.remaining == {"EUR": 640_000}
    [line] = block.invoices
    assert (line.number, line.gross.minor, line.remaining.minor) == ("FAC-201601-01", 1_140_000, 640_000)
    assert (line.days_late, line.is_before_period, line.is_partly_paid) == (106, True, True)
    assert block.missing_in_contact == ()


def test_the_command_shows_a_past_day_as_it_was() -> None:
    build.example()
    before = accounts("--as-of", "2016-02-29")
    assert before == {
        "accounts": [
            {
                "entity": "TOPCONSEIL",
                "customer": "DUPONT",
                "issued": 1,
                "open": 1,
                "overdue": 1,
                "remaining": {"EUR": "11400.00"},
                "credits": {},
            }
        ],
        "totals": {"issued": 1, "open": 1, "overdue": 1, "remaining": {"EUR": "11400.00"}, "credits": {}},
    }
    assert accounts()["totals"] == {
        "issued": 1,
        "open": 1,
        "overdue": 1,
        "remaining": {"EUR": "6400.00"},
        "credits": {},
    }
    assert accounts("--as-of", "2015-12-31")["accounts"] == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--case", "echue"), "n'est pas connu"),
        (("--from", "1/16"), "n'est pas un mois"),
        (("--as-of", "31/02/2016"), "n'est pas une date"),
        (("--as-of", "2016-02-31"), "n'est pas une date"),
        (("--as-of", "2999-01-01"), "n'est pas encore venu"),
        (("--entity", "X"), "aucune entité facturante n'a le code X"),
    ],
)
def test_a_wrong_option_is_refused_with_a_sentence(options: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        accounts(*options)


@pytest.mark.parametrize("ledger", [LEDGER] if LEDGER.is_dir() else [])  # the samples stay outside
def test_the_real_ledger_gives_its_known_counts_and_sums(ledger: Path) -> None:
    for command, name in (("entities", "entities"), ("customers", "customers"), ("invoices", "invoices")):
        call_command(f"import_{command}", str(ledger / f"{name}.csv"), "--json", stdout=StringIO())
    call_command("import_payments", str(ledger / "payments.csv"), "--json", stdout=StringIO())
    expected = json.loads((ledger / "expected.json").read_text())
    answer = accounts("--as-of", expected["as_of"])
    rows, sums = answer["accounts"], answer["totals"]
    assert isinstance(rows, list)
    assert isinstance(sums, dict)
    assert len(rows) == expected["accounts"]
    assert sums["issued"] == expected["invoices"]
    assert (sums["open"], sums["overdue"]) == (expected["open_invoices"], expected["overdue_on_as_of"])
    assert sums["remaining"] == {"EUR": expected["open_total"]}
    owed = [
        (row["remaining"].get("EUR", "0"), row["open"], f"{row['entity']}/{row['customer']}") for row in rows
    ]
    largest = sorted(owed, key=lambda row: -float(row[0]))[:10]
    assert [[label, count, amount] for amount, count, label in largest] == expected["largest_open_accounts"]
