"""Prove that the wheel stands alone: built, installed into a clean environment, it migrates and serves.

Usage: python -m tests.wheel (run by bin/test, which has put a pinned uv into .tools)
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".tools" / "bin" / "uv"
ANSWER_SECONDS = 15
STOP_SECONDS = 10


def check(condition: bool, sentence: str) -> None:
    if not condition:
        sys.exit(f"wheel: {sentence}")


def call(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Run a command to its end and return what it wrote; end with its errors if it failed."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=240, check=False)
    check(done.returncode == 0, f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def install(folder: Path) -> Path:
    """Build the wheel and install it with the locked versions; return the folder of its scripts."""
    uv = str(UV) if UV.exists() else shutil.which("uv") or "uv"
    call(uv, "build", "--quiet", "--wheel", "--out-dir", folder / "dist", cwd=ROOT)
    wheels = list((folder / "dist").glob("*.whl"))
    check(len(wheels) == 1, f"expected one wheel, found {wheels}")
    locked = folder / "locked.txt"
    call(
        *(uv, "export", "--quiet", "--frozen", "--no-dev", "--no-emit-project", "--no-hashes"),
        *("--output-file", locked),
        cwd=ROOT,
    )
    call(uv, "venv", "--quiet", "--python", sys.executable, folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    call(uv, "pip", "install", "--quiet", "--python", python, "-r", locked, wheels[0], cwd=folder)
    return python.parent


def get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as answer:
        check(answer.status == 200, f"{address} answers {answer.status}")
        content: bytes = answer.read()
        return content


def serve(scripts: Path, folder: Path, env: dict[str, str]) -> None:
    """Serve, fetch the health check, the sign-in page and its files, then stop."""
    start = time.monotonic()
    process = subprocess.Popen(
        [scripts / "encours", "serve", "--port", "0"], cwd=folder, env=env, stdout=subprocess.PIPE, text=True
    )
    watchdog = threading.Timer(ANSWER_SECONDS, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        check(found is not None, f"no answer within {ANSWER_SECONDS} s")
        assert found is not None
        check(b'"ok"' in get(f"{found[0]}/healthz"), "the health check is not ok")
        watchdog.cancel()
        print(f"answers after {time.monotonic() - start:.1f} s")
        page = get(f"{found[0]}/connexion/").decode()
        files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
        check(len(files) >= 5, "the page has no static files")
        for address in files:
            check(len(get(found[0] + address)) > 100, f"{address} is empty")
    finally:
        watchdog.cancel()
        start = time.monotonic()
        process.terminate()
        process.wait(STOP_SECONDS)
        print(f"stops within {time.monotonic() - start:.1f} s")


def main() -> None:
    """Go through the life of a wheel in a folder of its own, away from the sources."""
    with tempfile.TemporaryDirectory(prefix="encours-wheel-") as temporary:
        folder = Path(temporary)
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("ENCOURS_", "DJANGO_"))
        }
        kept.pop("DATABASE_URL", None)
        env = {**kept, "HOME": str(folder), "ENCOURS_DATA_DIR": str(folder / "data"), "PYTHONUNBUFFERED": "1"}
        scripts = install(folder)
        place = call(scripts / "python", "-c", "import encours; print(encours.__file__)", cwd=folder, env=env)
        check(place.startswith(str(folder)), f"encours comes from {place}")
        english = Path(place.strip()).parent / "locale" / "en" / "LC_MESSAGES" / "django.mo"
        check(english.exists(), "the English of the interface is missing")
        manual = Path(place.strip()).parent / "manual" / "pages"
        check((manual / "connexion.md").exists(), "the manual is missing")
        check(any((manual / "pictures").glob("*.png")), "the pictures of the manual are missing")
        print(call(scripts / "encours", "migrate", cwd=folder, env=env).strip())
        serve(scripts, folder, env)
        check(not (folder / "data" / "static").exists(), "the static files were not built in")
    print("wheel: ok")


if __name__ == "__main__":
    main()
