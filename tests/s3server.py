"""A real S3 server on loopback (moto), a process of its own: it can be stopped and comes back empty."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

START_SECONDS = 30.0
SECRET = "un-secret-que-rien-ne-doit-dire"
KEYS = {"AWS_ACCESS_KEY_ID": "cle", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": "eu-west-3"}
BUCKET = "documents"


class S3Server:
    """It answers from ``__enter__`` to ``__exit__``; ``client`` sees and does what an intruder could."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def url(self, prefix: str) -> str:
        """Return the address for ENCOURS_STORE_URL."""
        return f"s3://{BUCKET}/{prefix}?endpoint={self.endpoint}&region=eu-west-3"

    @cached_property
    def client(self) -> Any:
        import boto3

        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="eu-west-3",
            aws_access_key_id="cle",
            aws_secret_access_key=SECRET,
        )

    def __enter__(self) -> S3Server:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
            cwd=Path(__file__).resolve().parent.parent,
            env={**os.environ, "MOTO_S3_CUSTOM_ENDPOINTS": ""},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._wait()
            self.client.create_bucket(
                Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
            )
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End it, by its own id."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{self.endpoint}/moto-api/", timeout=5).close()
            except OSError:
                if time.monotonic() > end or (self.process is not None and self.process.poll() is not None):
                    raise
                time.sleep(0.05)
            else:
                return


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port
