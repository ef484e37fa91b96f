"""The log: one JSON object a line, each with the id of its request, which the journal has too; no secret."""

from __future__ import annotations

import json
import logging
import logging.handlers
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.test import Client

from encours.audit.models import AuditLine
from encours.settings import logs
from tests import build
from tests.desk.pages import user

IBAN = "FR7630006000011234567890189"


@pytest.fixture
def written(tmp_path: Path) -> Any:
    """Return a function that reads what was logged since."""
    settings = logs.configure(tmp_path)
    handler = logging.handlers.WatchedFileHandler(tmp_path / "encours.log", encoding="utf-8")
    formatter = settings["formatters"]["json"]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"]
        )
    )
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in (tmp_path / "encours.log").read_text().splitlines()]
    root.removeHandler(handler)
    handler.close()
    root.setLevel(level)


@pytest.mark.django_db
def test_page_log_and_journal_carry_the_same_request_id(written: Any) -> None:
    from encours.access.models import Role

    client = Client(REMOTE_ADDR="192.0.2.7")
    client.force_login(user("admin", Role.ADMINISTRATOR))
    answer = client.post("/administration/journal/export/?client=Dupont", {"format": "csv"})
    line = AuditLine.objects.latest("id")
    assert line.request_id == answer["X-Request-ID"]
    assert line.address == "192.0.2.7"
    (logged,) = [one for one in written() if one["event"] == "request"]
    assert logged["request_id"] == line.request_id
    assert (logged["method"], logged["path"], logged["status"]) == (
        "POST",
        "/administration/journal/export/",
        200,
    )
    assert {"timestamp", "level", "logger", "user_id", "milliseconds"} <= logged.keys()
    assert "Dupont" not in json.dumps(logged)


def test_no_secret_token_or_whole_iban_is_logged_wherever_it_stands(written: Any) -> None:
    secrets = ("tr0ub4dor", "jeton-abc", IBAN, "FR76 3000 6000 0112 3456 7890 189", "s3cret")
    structlog.get_logger("encours.test").warning(
        f"virement sur {IBAN}",
        password="tr0ub4dor",
        csrf_token="jeton-abc",
        iban=IBAN,
        note=f"RIB {secrets[3]}",
        nested={"token": "jeton-abc", "text": IBAN, "rows": [IBAN]},
        url="smtp://relances:s3cret@mail.example:587/?tls=true",
    )
    logging.getLogger("encours.other").warning("RIB %s de %s", IBAN, "Dupont")
    try:
        raise ValueError(f"RIB {IBAN}, smtps://a:s3cret@mail.example")
    except ValueError:
        logging.getLogger("encours.other").exception("échec")
    text = json.dumps(written(), ensure_ascii=False)
    assert len(written()) == 3
    for secret in secrets:
        assert secret not in text
    assert "FR•••0189" in text
    assert "mail.example" in text


@pytest.mark.django_db
def test_a_request_that_fails_is_logged_with_its_id_and_without_what_was_sent(
    written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from encours.access.models import Role

    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError("panne")

    monkeypatch.setattr("encours.desk.journal.queries.journal_page", fail)
    client = Client(raise_request_exception=False)
    client.force_login(user("admin", Role.ADMINISTRATOR))
    answer = client.get("/administration/journal/", {"qui": IBAN})
    assert answer.status_code == 500
    assert "Traceback" not in answer.content.decode()
    failed = [one for one in written() if "exception" in one or one.get("status") == 500]
    assert failed
    assert {one["request_id"] for one in failed} == {answer["X-Request-ID"]}
    assert IBAN not in json.dumps(written())
    assert build.ACTOR.name not in json.dumps(written())
