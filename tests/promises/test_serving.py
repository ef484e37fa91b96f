"""Nothing that was acknowledged is missing, however often the server and the worker are killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.promises.figures import record, size
from tests.promises.installation import installation
from tests.promises.serving import kill_while_serving

pytestmark = pytest.mark.promise


def test_a_server_killed_at_random_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    kills = size(reduced=3, full=500)
    with installation(tmp_path, keeps_content=False) as place:
        served = kill_while_serving(place, kills=kills)
    assert served.kills >= kills
    assert served.acknowledged >= 3 * kills
    assert (served.missing, served.doubled, served.is_whole) == (0, 0, True)
    record(
        processes_killed=served.kills,
        outages_of_the_whole_server=served.outages,
        payments_acknowledged=served.acknowledged,
        requests_without_an_answer=served.unanswered,
        acknowledged_and_missing=served.missing,
        written_twice=served.doubled,
    )
