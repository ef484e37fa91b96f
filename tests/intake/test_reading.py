"""Files of every form become rows with their line numbers, or sentences; never a traceback."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from encours.intake.problems import MAX_PROBLEMS, Findings, TooManyProblems
from encours.intake.reading import limits
from encours.intake.reading.tables import Layout, read_rows

OLD_WORKBOOK = "un classeur de l'ancien format XLS, ou protégé par un mot de passe"
LAYOUT = Layout(required=("code", "name"), optional=("city",))
Told = tuple[int, str, str, str]


def read(path: Path) -> tuple[list[tuple[int, dict[str, str]]], list[Told], list[str]]:
    findings = Findings()
    rows = [(row.line, row.cells) for row in read_rows(path, LAYOUT, findings)]
    told = [(each.line, each.column, each.value, each.message) for each in findings.problems]
    assert all(each.file == str(path) for each in findings.problems)
    return rows, told, findings.ignored_columns


@pytest.fixture
def given(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes, name: str = "clients.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def workbook(path: Path, rows: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet()
        for index, cells in enumerate(rows):
            sheet.write_row(index, 0, cells)
    return path


EXPECTED = [
    (2, {"code": "C1", "name": "Société Œuvre", "city": "Orléans"}),
    (4, {"code": "C2", "name": "É", "city": ""}),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_csv_file_is_read_in_every_encoding_delimiter_and_column_order(
    given: Callable[[bytes], Path], encoding: str, delimiter: str, line_end: str
) -> None:
    lines = ["City,autre,NAME,code", "Orléans,x,Société Œuvre,C1", ",,,", ",y,É,C2"]
    text = line_end.join(line.replace(",", delimiter) for line in lines)
    assert read(given(text.encode(encoding))) == (EXPECTED, [], ["autre"])


def test_a_value_in_quotes_holds_delimiters_quotes_and_line_breaks(given: Callable[[bytes], Path]) -> None:
    path = given(b'code,name\nC1,"a,b;""c"""\nC2,"two\nlines"\nC3,d\n')
    rows, told, _ = read(path)
    assert [(line, cells["name"]) for line, cells in rows] == [(2, 'a,b;"c"'), (3, "two\nlines"), (5, "d")]
    assert told == []


def test_a_workbook_is_read_by_its_content_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    rows: list[list[object]] = [
        ["city", "autre", "name", "code"],
        ["Orléans", 1, "Société Œuvre", "C1"],
        [],
        ["", 2, "É", "C2"],
    ]
    workbook(tmp_path / "x.xlsx", rows).rename(path)
    assert read(path) == (EXPECTED, [], ["autre"])


_NOON = dt.datetime(2016, 1, 31, 12, 0)  # noqa: DTZ001 (a workbook knows no time zone)


def test_numbers_and_dates_of_a_workbook_are_read_as_a_person_sees_them(tmp_path: Path) -> None:
    cells = [9500, 0.1 + 0.2, 1e15, 12.5, -3.25, dt.date(2016, 1, 31), _NOON, True]
    numbered: list[list[object]] = [[index, cell] for index, cell in enumerate(cells)]
    path = workbook(tmp_path / "n.xlsx", [["code", "name"], *numbered])
    rows, told, _ = read(path)
    assert [row["name"] for _, row in rows] == [
        *("9500", "0.3", "1000000000000000", "12.5", "-3.25", "2016-01-31", "2016-01-31T12:00:00", "VRAI")
    ]
    assert [row["code"] for _, row in rows][:2] == ["0", "1"]
    assert told == []


MISSING = "Cette colonne manque dans l'en-tête (première ligne)."


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", [(0, "", "", "Ce fichier est vide.")]),
        (b"code,city\nC1,x\n", [(1, "name", "", MISSING)]),
        (
            b"code|name\n",
            [
                (1, column, "", f"{MISSING} Le séparateur doit être la virgule ou le point-virgule.")
                for column in ("code", "name")
            ],
        ),
        (b"code,name,Code\nC1,x,y\n", [(1, "code", "code", "Cette colonne est donnée deux fois.")]),
        (
            b"code,name\nC1,\x00x\n",
            [
                (
                    2,
                    "",
                    "",
                    "Ce fichier contient un octet nul\u00a0: ce n'est pas un fichier CSV, ou il est abîmé.",
                )
            ],
        ),
        (
            "code,name\n".encode("utf-16"),
            [(1, "", "", "Ce fichier est en UTF-16\u00a0: enregistrez-le en CSV UTF-8.")],
        ),
        (
            b"code,name\nC1,x\nC2,\x81\n",
            [(3, "", "", "Encodage illisible (octet 0x81)\u00a0: enregistrez le fichier en UTF-8.")],
        ),
        (
            "code,name\nC1,é\nC2,".encode() + b"\xe9t\xe9\n",
            [
                (
                    3,
                    "",
                    "",
                    "Ce fichier mélange UTF-8 et un autre encodage\u00a0: enregistrez-le en entier en UTF-8.",
                )
            ],
        ),
        (
            b"code,name\nC2,\xe9t\xe9\nC1," + "é\n".encode(),
            [
                (
                    3,
                    "",
                    "",
                    "Ce fichier mélange UTF-8 et un autre encodage\u00a0: enregistrez-le en entier en UTF-8.",
                )
            ],
        ),
        (
            "code,name\nC1,é\nC2,é".encode()[:-1],
            [(3, "", "", "Le fichier s'arrête au milieu d'un caractère\u00a0: il est tronqué.")],
        ),
        (
            b'code,name\nC1,x\nC2,"y\n',
            [
                (
                    3,
                    "",
                    "",
                    "Le fichier s'arrête dans une valeur ouverte par un guillemet\u00a0: il est tronqué.",
                )
            ],
        ),
        (b"code,name," + b"a," * 300 + b"\n", [(1, "", "", "Trop de colonnes\u00a0: 303, 200 au plus.")]),
        (b"%PDF-1.7\n", [(0, "", "", "Ce fichier est un PDF\u00a0: donnez un fichier CSV ou XLSX.")]),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            [(0, "", "", f"Ce fichier est {OLD_WORKBOOK}\u00a0: donnez un fichier CSV ou XLSX.")],
        ),
        (b"PK\x03\x04 not a workbook", [(0, "", "", "Ce classeur XLSX est abîmé ou tronqué.")]),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    given: Callable[[bytes], Path], content: bytes, told: list[Told]
) -> None:
    rows, found, _ = read(given(content))
    assert found == told
    assert [line for line, _ in rows if line >= told[0][0]] == []


def test_every_bad_line_is_told_at_once_and_the_good_ones_are_read(given: Callable[[bytes], Path]) -> None:
    long_cell = b"y" * (limits.MAX_CELL_LENGTH + 1)
    content = b'code,name\nC1,a\nC2\nC3,"b"c\nC4,d\nC5,' + long_cell + b"\nC6,e,f\nC7,g,,\n"
    rows, told, _ = read(given(content))
    assert [cells["code"] for _, cells in rows] == ["C1", "C4", "C7"]
    assert [line for line, *_ in told] == [3, 4, 6, 7]
    assert told[0] == (3, "", "", "1 colonne au lieu de 2 dans l'en-tête\u00a0: ligne décalée ou tronquée.")
    assert told[1][3].startswith("Guillemets mal placés")
    assert told[2][2:] == ("y" * 199 + "…", "Valeur trop longue\u00a0: plus de 10000 caractères.")


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_a_line_of_ten_megabytes_is_skipped_and_told(given: Callable[[bytes], Path], newline: bytes) -> None:
    content = newline.join([b"code,name", b"C1,a", b"x" * 10_000_000, b"C2,b", b"z" * 10_000_000])
    rows, told, _ = read(given(content))
    assert [(line, cells["code"]) for line, cells in rows] == [(2, "C1"), (4, "C2")]
    assert [(line, message) for line, _, _, message in told] == [
        (line, "Ligne trop longue\u00a0: plus de 100000 caractères.") for line in (3, 5)
    ]


def test_a_quote_that_is_never_closed_does_not_swallow_the_file(given: Callable[[bytes], Path]) -> None:
    rows, told, _ = read(given(b'code,name\nC1,a\nC2,"b\n' + b"C3,c\n" * 1000))
    assert [line for line, _ in rows] == [2]
    message = "Guillemet ouvert et non refermé 100 lignes plus loin\u00a0: la suite n'est pas lue."
    assert told == [(3, "", "", message)]


def test_a_long_line_inside_quotes_ends_the_reading(given: Callable[[bytes], Path]) -> None:
    rows, told, _ = read(given(b'code,name\nC1,"a\n' + b"x" * 200_000 + b'"\nC2,b\n'))
    assert rows == []
    assert [(line, message) for line, _, _, message in told] == [
        (3, "Ligne trop longue\u00a0: plus de 100000 caractères.")
    ]


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    assert read(tmp_path)[1] == [(0, "", "", "Ce n'est pas un fichier.")]
    assert read(tmp_path / "absent.csv")[1] == [(0, "", "", "Ce fichier n'existe pas.")]


def test_an_archive_that_is_not_a_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "document.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    assert read(path)[1] == [(0, "", "", "Ce fichier est une archive, pas un classeur XLSX.")]


def test_a_workbook_whose_sheet_is_broken_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook>")
    message = "Ce classeur XLSX est illisible\u00a0: abîmé, protégé par un mot de passe ou trop grand."
    assert read(path)[1] == [(0, "", "", message)]


def test_an_archive_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    message = "Ce classeur XLSX se déplie en trop de données\u00a0: il est refusé."
    assert read(path)[1] == [(0, "", "", message)]


def test_an_archive_of_more_files_than_any_workbook_has_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for number in range(10_001):
            archive.writestr(f"xl/{number}.xml", "")
    message = "Ce classeur XLSX se déplie en trop de données\u00a0: il est refusé."
    assert read(path)[1] == [(0, "", "", message)]


def test_a_workbook_with_two_cells_worlds_apart_does_not_take_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "code")
        sheet.write(1_048_575, 16_383, "x")
    message = "Ce classeur XLSX est illisible\u00a0: abîmé, protégé par un mot de passe ou trop grand."
    assert read(path)[1] == [(0, "", "", message)]


def test_a_text_that_only_bears_the_name_of_a_workbook_is_told_so(given: Callable[..., Path]) -> None:
    told = read(given(b"hello world", "clients.xlsx"))[1]
    assert told[0][3] == (
        f"{MISSING} Ce fichier n'est peut-être pas le bon classeur, ou pas un classeur XLSX malgré son nom."
    )


def test_more_than_ten_thousand_bad_lines_are_not_all_listed(given: Callable[[bytes], Path]) -> None:
    path, findings = given(b"code,name\n" + b"C1\n" * (MAX_PROBLEMS + 5)), Findings()
    with pytest.raises(TooManyProblems):
        list(read_rows(path, LAYOUT, findings))
    assert len(findings.problems) == MAX_PROBLEMS + 1
    assert findings.problems[-1].message == "Plus de 10000 erreurs\u00a0: les suivantes ne sont pas listées."
