"""Say what follows from measured loads: how many people a processor carries, and what more data would ask."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields

from bench.loads import PAYMENT, Load

SECONDS_A_PAGE = 20
"""How long a person looks at a page before asking for the next: assumed, not measured."""
LEAST_FOR_AN_END = 1_000_000
"""How many invoices must have been measured for anything to be said of more."""
FURTHER = (10, 100)
"""How many times as many invoices as the most that were measured."""


@dataclass(frozen=True, slots=True)
class Means:
    """What was measured at one size: processor milliseconds and pages of one page of ours, bytes.

    The mean page is that of somebody who opens each of those measured once.
    """

    invoices: float
    web: float
    backend: float
    touched: float
    payment: float
    """Processor milliseconds of the database for a payment."""
    log: float
    """Bytes of log that a payment writes."""
    room: float
    """Bytes of all tables and indexes."""


ROWS: dict[str, Callable[[Means], float]] = {
    "processor of the database for a page, ms": lambda one: one.backend,
    "8 kB pages that a page touches": lambda one: one.touched,
    "pages a second that a processor of the database carries": lambda one: 1000 / one.backend,
    f"people on a processor of the database, each opening a page every {SECONDS_A_PAGE} s": (
        lambda one: 1000 / one.backend * SECONDS_A_PAGE
    ),
    "processors of web processes for one of the database": lambda one: one.web / one.backend,
    "payments a second that a processor of the database carries": lambda one: 1000 / one.payment,
    "log of a million payments, GB": lambda one: one.log / 1000,
    "room, GB": lambda one: one.room / 1e9,
}


def means_of(invoices: int, loads: Sequence[Load], room: int) -> Means:
    """Return the means of what was measured at a size."""
    pages = [load for load in loads if load.label != PAYMENT]
    (payment,) = (load for load in loads if load.label == PAYMENT)
    return Means(
        invoices=invoices,
        web=statistics.mean(load.web for load in pages),
        backend=statistics.mean(load.backend for load in pages),
        touched=statistics.mean(load.pages for load in pages),
        payment=payment.backend,
        log=payment.log,
        room=room,
    )


def extrapolated(measured: Sequence[Means], times: int) -> Means:
    """Return what so many times the most invoices would ask, on the line through the two largest sizes.

    What grows by a logarithm grows less than that line. What was less at the larger size is taken as flat.
    """
    before, last = measured[-2:]
    invoices = last.invoices * times
    steps = (invoices - last.invoices) / (last.invoices - before.invoices)

    def further(name: str) -> float:
        value: float = getattr(last, name)
        grown: float = value - getattr(before, name)
        return value + steps * max(0.0, grown)

    others = (field.name for field in fields(Means) if field.name != "invoices")
    return Means(invoices=invoices, **{name: further(name) for name in others})


def table_of_limits(measured: Sequence[Means]) -> Iterator[str]:
    """Yield what follows at each size, smallest first, then at those further ones that can be told."""
    can_tell = len(measured) > 1 and measured[-1].invoices >= LEAST_FOR_AN_END
    beyond = [extrapolated(measured, times) for times in FURTHER] if can_tell else []
    names = [short(one.invoices) for one in measured]
    names += [f"{short(one.invoices)}, extrapolated" for one in beyond]
    yield f"| invoices | {' | '.join(names)} |"
    yield f"|---|{'---|' * len(names)}"
    for label, of in ROWS.items():
        yield f"| {label} | {' | '.join(rounded(of(one)) for one in (*measured, *beyond))} |"


def short(invoices: float) -> str:
    """Return a round number of invoices as options name it: 10k, 1M."""
    return f"{invoices / 1e6:.0f}M" if invoices >= 1e6 else f"{invoices / 1e3:.0f}k"


def rounded(value: float) -> str:
    """Return a figure to three digits that count, two decimals at most."""
    decimals = 2 if value < 10 else 1 if value < 100 else 0
    return f"{float(f'{value:.3g}'):,.{decimals}f}"
