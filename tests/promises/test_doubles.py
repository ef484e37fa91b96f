"""What is posted twice at the same moment is done once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.promises.doubling import post_twice
from tests.promises.installation import installation
from tests.promises.massing import prepare

pytestmark = pytest.mark.promise


def test_reminders_recorded_twice_at_the_same_moment_are_each_made_once(tmp_path: Path) -> None:
    with installation(tmp_path, keeps_content=False) as place:
        prepare(place, 4)
        figures = post_twice(place, 4)
    assert (figures.actions, figures.reminders, figures.envelopes) == (4, 4, 4), figures
    assert figures.well_answered == 8, "both posts of a pair lead to the same reminder"
