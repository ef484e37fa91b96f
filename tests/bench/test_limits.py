"""What follows from a measurement is computed exactly, and nothing is drawn further than it can be."""

from __future__ import annotations

from dataclasses import replace

from bench.limits import ROWS, Means, extrapolated, means_of, rounded, short, table_of_limits
from bench.loads import PAYMENT, Load


def load(label: str, web: float, backend: float, pages: float, log: float = 0) -> Load:
    return Load(label=label, clock=web + backend, web=web, backend=backend, pages=pages, log=log)


SMALL = Means(invoices=100_000, web=20, backend=2, touched=100, payment=4, log=5_000, room=1_000_000_000)
LARGE = Means(invoices=1_100_000, web=20, backend=3, touched=150, payment=3.5, log=5_000, room=11_000_000_000)


def test_the_mean_page_is_that_of_all_pages_and_of_no_payment() -> None:
    loads = [load("list", 30, 4, 200), load("account", 10, 2, 100), load(PAYMENT, 9, 5, 80, log=6_000)]
    assert means_of(100_000, loads, room=7) == Means(
        invoices=100_000, web=20, backend=3, touched=150, payment=5, log=6_000, room=7
    )


def test_what_grew_goes_on_along_its_line_and_what_did_not_stays() -> None:
    further = extrapolated([SMALL, LARGE], 10)
    assert further.invoices == 11_000_000
    assert further.backend == 3 + 9.9  # a millisecond each million invoices, 9.9 million more of them
    assert further.touched == 150 + 9.9 * 50
    assert further.room == 11e9 + 9.9 * 10e9
    assert (further.web, further.log) == (20, 5_000)
    assert further.payment == 3.5  # less at the larger size: noise, not a promise to become nothing


def test_the_line_goes_through_the_two_largest_sizes_only() -> None:
    tiny = Means(invoices=10_000, web=90, backend=90, touched=90, payment=90, log=90, room=90)
    assert extrapolated([tiny, SMALL, LARGE], 100) == extrapolated([SMALL, LARGE], 100)


def test_the_table_marks_what_was_not_measured() -> None:
    head, _rule, *rows = table_of_limits([SMALL, LARGE])
    assert head == "| invoices | 100k | 1M | 11M, extrapolated | 110M, extrapolated |"
    assert len(rows) == len(ROWS)
    assert rows[0] == "| processor of the database for a page, ms | 2.00 | 3.00 | 12.9 | 112 |"
    assert rows[2] == "| pages a second that a processor of the database carries | 500 | 333 | 77.5 | 8.94 |"
    assert rows[3].endswith("| 10,000 | 6,670 | 1,550 | 179 |")
    assert rows[4] == "| processors of web processes for one of the database | 10.0 | 6.67 | 1.55 | 0.18 |"
    assert rows[6] == "| log of a million payments, GB | 5.00 | 5.00 | 5.00 | 5.00 |"


def test_neither_one_size_nor_small_ones_tell_of_others() -> None:
    assert next(table_of_limits([LARGE])) == "| invoices | 1M |"
    smaller = replace(SMALL, invoices=10_000)
    assert next(table_of_limits([smaller, SMALL])) == "| invoices | 10k | 100k |"


def test_figures_have_the_digits_that_they_deserve() -> None:
    assert [rounded(value) for value in (0.123, 9.5, 10, 99.94, 100, 1239.5)] == [
        *("0.12", "9.50", "10.0", "99.9", "100", "1,240")
    ]
    assert [short(value) for value in (10_000, 100_000, 1e6, 1e8)] == ["10k", "100k", "1M", "100M"]
