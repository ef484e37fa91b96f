"""Know the bucket in which documents may live: one object a digest, written once, read back, never believed.

What is asked of the server is the core of S3 alone: PUT, GET, DELETE and a list of names. ``If-None-Match``
keeps what is there from being overwritten, where the server knows it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.db import OperationalError
from django.utils.translation import gettext as _

from encours.core.hash_chain import sha256_of

T = TypeVar("T")
AT_ONCE = 8
CONNECT_SECONDS, READ_SECONDS, TRIES = 3, 20, 2
ALREADY_THERE = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})
NO_CONDITION = frozenset({"NotImplemented", "501"})
ABSENT = frozenset({"NoSuchKey", "404"})


class NotStoredError(LookupError):
    """No bytes are kept under this SHA-256."""


class AlteredError(NotStoredError):
    """Other bytes are kept under this SHA-256: they are given to nobody."""


class UnavailableError(OperationalError):
    """The store of documents does not answer or refuses: what needs it fails whole, as without the database.

    Its text is a sentence for a person.
    """


class Bucket:
    """The objects of one bucket under one prefix; may be used by several threads."""

    def __init__(self, client: Any, name: str, prefix: str) -> None:
        self._client = client
        self._bucket = name
        self._prefix = f"{prefix}/" if prefix else ""

    def put_all(self, contents: Mapping[str, bytes]) -> None:
        """Write bytes under their SHA-256, read each back, and raise UnavailableError for one not kept."""

        def put(sha256: str) -> None:
            self._write(sha256, contents[sha256])
            try:
                self.get(sha256)
            except NotStoredError as error:
                told = _(
                    "L'entrepôt de documents n'a pas gardé %(sha256)s tel quel\u00a0: lancez encours verify."
                )
                raise UnavailableError(told % {"sha256": sha256}) from error

        _side_by_side(put, contents)

    def get(self, sha256: str) -> bytes:
        """Return the bytes of a SHA-256; raise NotStoredError where there are none, or others."""
        with _answering():
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=self._key(sha256))
                content: bytes = answer["Body"].read()
            except self._client.exceptions.ClientError as error:
                if _code(error) in ABSENT:
                    raise NotStoredError(sha256) from error
                raise
        if sha256_of(content) != sha256:
            raise AlteredError(sha256)
        return content

    def get_many(self, hashes: Collection[str]) -> dict[str, bytes]:
        """Return what is kept under each SHA-256 and still is what it says."""

        def get(sha256: str) -> tuple[str, bytes | None]:
            try:
                return sha256, self.get(sha256)
            except NotStoredError:
                return sha256, None

        return {sha256: content for sha256, content in _side_by_side(get, hashes) if content is not None}

    def delete_all(self, hashes: Collection[str]) -> None:
        """Let objects go; those that are gone already are none to complain about."""

        def delete(sha256: str) -> None:
            with _answering():
                self._client.delete_object(Bucket=self._bucket, Key=self._key(sha256))

        _side_by_side(delete, hashes)

    def names(self) -> Iterator[list[str]]:
        """Yield the names of all objects, a page of at most a thousand at a time."""
        with _answering():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                yield [one["Key"].removeprefix(self._prefix) for one in page.get("Contents", ())]

    def _key(self, sha256: str) -> str:
        return f"{self._prefix}{sha256}"

    def _write(self, sha256: str, content: bytes) -> None:
        wanted = {"Bucket": self._bucket, "Key": self._key(sha256), "Body": content}
        with _answering():
            try:
                self._client.put_object(**wanted, IfNoneMatch="*")
            except self._client.exceptions.ClientError as error:
                if _code(error) in NO_CONDITION:
                    self._client.put_object(**wanted)  # the same bytes again, if there are any
                elif _code(error) not in ALREADY_THERE:
                    raise


def opened() -> Bucket | None:
    """Return the bucket of ENCOURS_STORE_URL; None where documents live in the database."""
    if not settings.STORE_URL:
        return None
    parsed = urlsplit(settings.STORE_URL)
    chosen = {name: values[-1] for name, values in parse_qs(parsed.query).items()}
    client = _client(chosen.get("endpoint", ""), chosen.get("region", ""), parsed.netloc, os.getpid())
    return Bucket(client, parsed.netloc, parsed.path.strip("/"))


def required() -> Bucket:
    """Return the bucket; raise UnavailableError where there is none, and documents are in one."""
    bucket = opened()
    if bucket is None:
        raise UnavailableError(
            _("Des documents sont dans un entrepôt que rien ne nomme\u00a0: réglez ENCOURS_STORE_URL.")
        )
    return bucket


@lru_cache(maxsize=4)
def _client(endpoint: str, region: str, bucket: str, _process: int) -> Any:
    """Return a client, made once in each process: connections do not survive a fork."""
    from botocore.config import Config
    from storages.backends.s3 import S3Storage

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": TRIES, "mode": "standard"},
        max_pool_connections=AT_ONCE * 2,
        request_checksum_calculation="when_required",  # not all servers know the newer sums; ours is SHA-256
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if endpoint else "auto"},
    )
    with _answering():
        storage = S3Storage(
            bucket_name=bucket,
            endpoint_url=endpoint or None,
            region_name=region or None,
            client_config=config,
        )
        return storage.connection.meta.client


def _side_by_side(work: Callable[[str], T], names: Collection[str]) -> list[T]:
    if len(names) < 2:
        return [work(name) for name in names]
    with ThreadPoolExecutor(min(AT_ONCE, len(names))) as threads:
        return list(threads.map(work, names))


@contextmanager
def _answering() -> Iterator[None]:
    """Turn what the client raises into one sentence; it holds no key and no address with one."""
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    try:
        yield
    except ClientError as error:
        told = _("L'entrepôt de documents refuse (%(reason)s)\u00a0: rien n'est perdu, réessayez bientôt.")
        raise UnavailableError(told % {"reason": _code(error)}) from error
    except (BotoCoreError, HTTPClientError, OSError) as error:
        told = _(
            "L'entrepôt de documents ne répond pas (%(reason)s)\u00a0: rien n'est perdu, réessayez bientôt."
        )
        raise UnavailableError(told % {"reason": type(error).__name__}) from error


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", "?"))
