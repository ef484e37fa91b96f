"""Messages that cannot be sent hold up no other, and the outbox says of each why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.promises.installation import installation
from tests.promises.poisoning import faults, poison

pytestmark = pytest.mark.promise


def test_poisons_among_many_messages_are_explained_and_all_the_others_leave(tmp_path: Path) -> None:
    with installation(tmp_path, faults=faults(hang_seconds=2), keeps_content=False) as place:
        figures = poison(place, 60, hang_seconds=2)
    # How fast, bin/promises measures: a machine that is busy proves nothing.
    assert (figures.sent, figures.explained) == (60, figures.poisons), figures
