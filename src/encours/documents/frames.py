"""Know how an order and its answer travel between the server and a drawing process: length, then bytes."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import IO, Protocol

from encours.documents.compiling import Order

_LENGTH = struct.Struct(">Q")
MAX_BYTES = 1 << 30


class Reader(Protocol):
    """Anything that reads an exact number of bytes."""

    def read(self, size: int, /) -> bytes:
        """Return exactly ``size`` bytes."""
        ...


def encode_order(order: Order) -> bytes:
    """Return an order as bytes."""
    return json.dumps(asdict(order)).encode()


def decode_order(content: bytes) -> Order:
    """Return the order that the bytes were made from."""
    return Order(**json.loads(content))


def write(pipe: IO[bytes], content: bytes) -> None:
    """Write one frame."""
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def read(pipe: Reader) -> bytes | None:
    """Return the next frame, or None where the pipe was closed before it."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(head)[0]
    if length > MAX_BYTES:
        raise EOFError("a frame of an impossible length")
    return pipe.read(length)


def write_answer(pipe: IO[bytes], content: bytes, *, is_drawn: bool) -> None:
    """Write an answer: the document, or why it could not be drawn."""
    write(pipe, (b"1" if is_drawn else b"0") + content)


def read_answer(pipe: Reader) -> tuple[bool, bytes]:
    """Return whether the document was drawn, and its bytes or the reason."""
    content = read(pipe)
    if not content:
        raise EOFError("no answer")
    return content[:1] == b"1", content[1:]
