"""A Typst template reads nothing outside our package, fetches no package, and meets no font of the system."""

from __future__ import annotations

import datetime as dt
import socket
from pathlib import Path

import pytest

from encours.documents import compiling, engine


@pytest.mark.parametrize(
    "source",
    [
        '#read("/etc/passwd")',
        '#read("../../../../../../../../../../etc/passwd")',
        '#image("/etc/hostname")',
        '#include "/etc/passwd"',
        '#import "@preview/cetz:0.3.4": canvas',
        '#import "@local/ours:1.0.0": *',
        '#read("http://127.0.0.1:9/")',
        '#plugin("/bin/true")',
    ],
)
def test_a_template_reaches_no_file_package_or_address(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling, "ROOT", tmp_path)
    monkeypatch.setattr(compiling._local, "compiler", None, raising=False)

    def refuse(*_address: object) -> None:
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    good, bad = tmp_path / "good.typ", tmp_path / "bad.typ"
    good.write_text('#set document(title: "x")\n#set text(lang: "fr")\nsound')
    bad.write_text(source)
    assert engine.render_pdf(good, {}, date=dt.date(2016, 5, 16)).startswith(b"%PDF")
    with pytest.raises(engine.DrawingError):
        engine.render_pdf(bad, {}, date=dt.date(2016, 5, 16))
    assert not compiling._NO_PACKAGES.exists()
    monkeypatch.setattr(compiling._local, "compiler", None)
