"""What OSV says of what we ship is read strictly: a weakness fails, a package without an answer too."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests import weaknesses
from tests.sbom import needed, read_lock

SHIPPED = {"django": "5.2.1", "typst": "0.14.0"}
GOOD: list[dict[str, Any]] = [
    {"name": "django", "version": "5.2.1", "vulns": []},
    {"name": "typst", "version": "0.14.0", "vulns": []},
]
WEAK: dict[str, Any] = {"id": "PYSEC-1", "fix_versions": ["5.2.2"]}


def test_a_weakness_and_a_package_without_an_answer_are_problems() -> None:
    assert list(weaknesses.problems(GOOD, SHIPPED)) == []
    weak = [{**GOOD[0], "vulns": [WEAK]}, GOOD[1]]
    assert list(weaknesses.problems(weak, SHIPPED)) == ["django 5.2.1: PYSEC-1, fixed in 5.2.2"]
    for told in ([GOOD[0]], [GOOD[0], {"name": "typst", "skip_reason": "not found"}]):
        assert list(weaknesses.problems(told, SHIPPED)) == ["typst 0.14.0: no answer"]


class Osv(BaseHTTPRequestHandler):
    """Knows one weakness of Django, in every version."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = asked["package"]["name"]
        package = {"package": {"name": name, "ecosystem": "PyPI"}, "versions": [asked["version"]]}
        weak = {"id": "PYSEC-1", "summary": "x", "details": "x", "affected": [package]}
        content = json.dumps({"vulns": [weak]} if name == "django" else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def osv() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Osv)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_pip_audit_asks_about_each_package_that_we_ship_and_hears_of_the_weak_one(osv: str) -> None:
    packages = read_lock()
    shipped = {name: packages[name]["version"] for name in needed(packages)}
    assert weaknesses.is_reachable(osv)
    found = list(weaknesses.problems(weaknesses.ask(osv), shipped))
    assert [text.partition(":")[0] for text in found] == [f"django {shipped['django']}"]


def test_where_nothing_listens_no_source_answers() -> None:
    assert not weaknesses.is_reachable("http://127.0.0.1:1/v1/query")
