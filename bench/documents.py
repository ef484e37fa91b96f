"""Measure the documents: letters beside bare Typst, statements, merging for print, workbooks.

Usage: python -m bench.documents [LETTERS]  (10,000 by default; needs no database and no data folder)
Each part runs in a process of its own, so that none warms or burdens another; `--part NAME` is how it is
started. Times are wall clock, the least of several where it says so; the load is printed at the end. Where
processor time is named too, it says what a machine with nothing else to do would take at most.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import IO, cast

from bench.setup import own_megabytes, peak_megabytes
from encours.core.statements import Period, StatedItem, Use, build_full, build_outstanding
from encours.documents.sender import Sender
from encours.dunning.documents.letter import Block, LetterDocument, LetterInvoice, letter_data, render_letter
from encours.statements.documents.statement import StatementDocument

SENDER = Sender(
    code="TOP",
    name="TOPCONSEIL",
    legal_form="SAS",
    address1="12 rue de la Paix",
    postcode="75002",
    city="PARIS",
    phone="01 42 00 00 00",
    share_capital="100 000 EUR",
    siren="732829320",
    rcs_town="PARIS",
    vat_number="FR44732829320",
    town="Paris",
    signature="Direction administrative et financière",
)
YEAR = Period(2016 * 12, 2016 * 12 + 11, dt.date(2016, 12, 31))
ROUNDS = 300
MERGED = 1_000
WORKBOOK_LINES = 100_000
STATEMENTS = (("encours", 500, 7), ("compte", 333, 7), ("encours", 5_000, 3), ("compte", 3_333, 3))
"""Kind, invoices and how often; the «compte» has half as many settlements again."""


def letter(number: int) -> LetterDocument:
    """Return a letter of one page that asks for one invoice; no two are alike."""
    return LetterDocument(
        language="fr",
        reference=str(number),
        identifier=f"TOP-{number}",
        date="2016-05-16",
        mention="Lettre simple",
        subject="Relance pour facture impayée",
        sender=SENDER,
        recipient=(f"CLIENT {number}", "Mme Claire Martin", f"{number} avenue des Champs", "69003 LYON"),
        blocks=(
            Block("paragraph", "Madame, Monsieur,"),
            Block("paragraph", "Sauf erreur ou omission de notre part, la facture suivante reste à régler :"),
            Block("invoices"),
            Block(
                "paragraph", "Si votre règlement nous est parvenu entre-temps, ne tenez pas compte de ceci."
            ),
            Block("paragraph", "Veuillez agréer, Madame, Monsieur, nos salutations distinguées."),
        ),
        invoices=(LetterInvoice(f"FAC-{number}", "2016-01-04", "2016-01-31", 640000 + number, "EUR", 106),),
        enclosures=("votre compte client au 16/05/2016",),
    )


def statement(kind: str, invoices: int, seed: int = 0) -> StatementDocument:
    """Return a statement of so many invoices; in the «compte» each second one has a settlement's line too."""
    items = []
    for index in range(invoices):
        day = dt.date(2016, 1, 1) + dt.timedelta(days=index % 360)
        uses = (Use(day, 5000 + index, "payment", f"VIR-{index}"),) if index % 2 else ()
        number, gross = f"F{seed}-{day:%Y%m}-{index:05}", 10_000 + 7 ** (index % 9) * (index + 1)
        due = day + dt.timedelta(days=30)
        items.append(StatedItem("invoice", number, day, gross, "EUR", due, uses))
    is_encours = kind == "encours"
    return StatementDocument(
        kind=kind,
        language="fr",
        sender=SENDER,
        customer_code="C1",
        customer_name="CLIENT X",
        customer_lines=("69003 LYON",),
        from_month=YEAR.from_month,
        to_month=YEAR.to_month,
        as_of=YEAR.as_of,
        outstanding=build_outstanding(items, YEAR) if is_encours else (),
        full=() if is_encours else build_full(items, YEAR),
    )


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def bare_letters() -> None:
    """Draw letters by turns through our engine and by a bare Typst compile of the same source and data."""
    from encours.documents import compiling
    from encours.documents.engine import make_order
    from encours.dunning.documents.letter import TEMPLATE

    compiler = compiling.compiler()
    ours, bare = [], []
    for number in range(ROUNDS):
        ours.append(timed(lambda number=number: render_letter(letter(2 * number))))
        other = letter(2 * number + 1)
        day = dt.date.fromisoformat(other.date)
        order = make_order(TEMPLATE, letter_data(other), day, other.to_json(), "relance.json")
        options = {
            "format": "pdf",
            "sys_inputs": order.inputs,
            "pdf_standards": list(compiling.STANDARDS),
            "timestamp": dt.datetime(2016, 5, 16, 12, tzinfo=dt.UTC),
        }
        bare.append(timed(lambda order=order, options=options: compiler.compile(order.template, **options)))
    medians = [statistics.median(times) * 1000 for times in (ours[20:], bare[20:])]
    ratio = medians[0] / medians[1]
    print(f"a letter: {medians[0]:.1f} ms, bare Typst {medians[1]:.1f} ms, ratio {ratio:.2f}")


def draw_letters(count: str, seed: str) -> None:
    """Draw letters one after the other; print the processor time and the memory along the way."""
    render_letter(letter(0))
    start = int(seed) * 1_000_000
    memory = []
    begun = time.process_time()
    for number in range(int(count)):
        render_letter(letter(start + number))
        if (number + 1) % max(1, int(count) // 10) == 0:
            memory.append(own_megabytes())
    print(time.process_time() - begun, memory[0], memory[-1], peak_megabytes())


def letters_in_processes(count: int, processes: int) -> None:
    """Share letters over processes and print the letters a second of all together."""
    share = count // processes
    begun = time.perf_counter()
    started = [_started("draw_letters", share, seed + 1) for seed in range(processes)]
    outputs = [process.communicate()[0].split() for process in started]
    wall = time.perf_counter() - begun
    first, last, peak = (max(float(output[column]) for output in outputs) for column in (1, 2, 3))
    rate = share * processes / wall
    processor = sum(float(output[0]) for output in outputs) / (share * processes)
    print(
        f"{share * processes} letters in {processes} process(es): {rate:.0f}/s with their start,"
        f" {processor * 1000:.1f} ms of processor each ({processes / processor:.0f}/s);"
        f" memory of one {first:.0f} MB after a tenth, {last:.0f} MB at the end, peak {peak:.0f} MB",
        flush=True,
    )


def statements() -> None:
    """Draw statements as the server does, in its child processes."""
    from encours.documents import pool
    from encours.statements.documents.drawing import render_statement

    print(f"before the statements: own memory {own_megabytes():.0f} MB")
    for kind, invoices, rounds in STATEMENTS:
        drawn = [statement(kind, invoices, seed) for seed in range(rounds)]
        pool.close()
        times = [timed(lambda one=one: render_statement(one)) for one in drawn]
        size = len(render_statement(drawn[0])) / 1000
        time.sleep(1)
        print(
            f"{kind} of {drawn[0].line_count()} lines: first {times[0]:.2f} s, then at best"
            f" {min(times[1:]):.2f} s, {size:.0f} kB; {_memory()}",
            flush=True,
        )


def _memory() -> str:
    own, drawing, largest = own_megabytes(), _children_megabytes(), _largest_child()
    return f"then {own:.0f} MB, drawing processes {drawing:.0f} MB, the largest so far {largest:.0f} MB"


def merging() -> None:
    """Merge letters for print, on right-hand pages."""
    from encours.documents.merging import Printed, merge_for_print

    letters = [render_letter(letter(number)) for number in range(MERGED)]
    before = own_megabytes()
    printed = [Printed(f"TOP-{number}", [content]) for number, content in enumerate(letters)]
    sizes: list[int] = []
    begun = time.process_time()
    times = [
        timed(lambda: sizes.append(len(merge_for_print(printed, are_right_handed=True)))) for _ in range(3)
    ]
    processor = (time.process_time() - begun) / len(times) / MERGED
    print(
        f"merging {MERGED} letters: at best {MERGED / min(times):.0f}/s,"
        f" {processor * 1000:.2f} ms of processor each ({1 / processor:.0f}/s), {sizes[0] / 1e6:.1f} MB;"
        f" memory {before:.0f} MB before, peak {peak_megabytes():.0f} MB"
    )


def workbook(lines: str) -> None:
    """Write a sheet of many lines, made one by one, to a file."""
    import tempfile

    from encours.documents.xlsx import Amount, Cell, Sheet, write_workbook

    day = dt.date(2016, 1, 31)
    amount = Amount(640_000, "EUR")
    rows = (
        [f"FAC-{number}", day, day, number % 90, amount, amount, amount, "EUR"]
        for number in range(int(lines))
    )
    header = [("Facture n°", 16), ("Émission", 14), ("Échéance", 14), ("Retard", 9)]
    header += [("T.T.C.", 16), ("Réglé", 16), ("Solde", 16), ("Devise", 9)]
    before = peak_megabytes()
    with tempfile.TemporaryFile() as target:
        sheet = Sheet("Factures", header, cast("list[list[Cell | Amount]]", rows))
        seconds = timed(
            lambda: write_workbook(cast("IO[bytes]", target), [sheet], title="Factures", created=day)
        )
        size = target.tell()
    print(
        f"workbook of {lines} lines: {seconds:.1f} s, {size / 1e6:.1f} MB;"
        f" peak memory {before:.0f} MB before, {peak_megabytes():.0f} MB after"
    )


def _children_megabytes() -> float:
    from encours.documents import pool

    total = 0
    for child in list(pool._places.queue):
        if child is not None:
            with open(f"/proc/{child.process.pid}/status") as status:
                total += sum(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))
    return total / 1024


def _largest_child() -> float:
    """Return the most memory that an ended drawing process had taken."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _started(part: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.documents", "--part", part, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def main(letters: int) -> None:
    """Run every part and print its figures."""
    parts: list[tuple[object, ...]] = [("bare_letters",), ("statements",), ("merging",)]
    parts += [("workbook", WORKBOOK_LINES // 10), ("workbook", WORKBOOK_LINES)]
    for name, *arguments in parts:
        print(_started(str(name), *arguments).communicate()[0], end="", flush=True)
    for processes in (1, 2):
        letters_in_processes(letters, processes)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


PARTS: dict[str, Callable[..., None]] = {
    part.__name__: part for part in (bare_letters, draw_letters, statements, merging, workbook)
}

if __name__ == "__main__":
    if sys.argv[1:2] == ["--part"]:
        PARTS[sys.argv[2]](*sys.argv[3:])
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 10_000)
