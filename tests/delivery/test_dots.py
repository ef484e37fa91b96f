"""What a killed worker noted of its final dots is believed; a living one's, or another boot's, is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from encours.delivery.dots import DotFolder

NOTING = """
import sys, time
from pathlib import Path
from encours.delivery.dots import DotFolder
dots = DotFolder(Path(sys.argv[1])).open("machine:1:2", 4)
dots.note(0, 11)
dots.note(2, 33)
dots.note(2, 34)
print("noted", flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "workers"


def noting(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", NOTING, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "noted\n"
    return process


def test_the_last_note_of_each_connection_outlives_a_killed_worker(folder: Path) -> None:
    with noting(folder) as process:
        alive = DotFolder(folder).left_by("machine:1:2")
        process.kill()
        process.wait()
    assert alive is None  # its next dot may leave at any moment
    assert DotFolder(folder).left_by("machine:1:2") == frozenset({11, 34})
    assert DotFolder(folder).left_by("machine:1:3") is None


def test_notes_from_before_the_machine_started_again_are_not_believed(folder: Path) -> None:
    with noting(folder) as process:
        process.kill()
    (path,) = folder.iterdir()
    path.rename(path.with_name("0f0f0f0f" + path.name[8:]))
    assert DotFolder(folder).left_by("machine:1:2") is None


def test_an_empty_file_proves_nothing(folder: Path) -> None:
    with noting(folder) as process:
        process.kill()
    (path,) = folder.iterdir()
    path.write_bytes(b"")
    assert DotFolder(folder).left_by("machine:1:2") is None


def test_a_worker_that_ends_well_leaves_no_notes_and_two_of_one_name_share_none(folder: Path) -> None:
    first = DotFolder(folder).open("machine:1:2", 1)
    second = DotFolder(folder).open("machine:1:2", 1)
    second.note(0, 5)
    second.close()
    assert [path.stat().st_size for path in folder.iterdir()] == [8]
    first.close()
    assert list(folder.iterdir()) == []
    assert DotFolder(folder).left_by("machine:1:2") is None


def test_notes_are_forgotten_once_their_worker_is_dead_and_holds_nothing(folder: Path) -> None:
    living = DotFolder(folder).open("machine:7:7", 1)
    with noting(folder) as process:
        DotFolder(folder).forget(but=frozenset())
        assert len(list(folder.iterdir())) == 2
        process.kill()
    DotFolder(folder).forget(but=frozenset({"machine:1:2"}))
    assert len(list(folder.iterdir())) == 2
    DotFolder(folder).forget(but=frozenset())
    assert len(list(folder.iterdir())) == 1
    living.close()


def test_where_no_file_can_be_kept_a_worker_works_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "workers").write_text("a file where the folder should be")
    dots = DotFolder(tmp_path / "workers").open("machine:1:2", 2)
    dots.note(1, 5)
    dots.close()
    assert DotFolder(tmp_path / "workers").left_by("machine:1:2") is None
