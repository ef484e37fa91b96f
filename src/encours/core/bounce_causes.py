"""Decide from a status code whether a mail was refused for its address, or for something else."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """What a refusal blames. Only ``ADDRESS`` says that writing there again would be of no use."""

    ADDRESS = "address"
    MAILBOX_FULL = "mailbox_full"
    SIZE = "size"
    NETWORK = "network"
    CONTENT = "content"
    POLICY = "policy"


def cause_of(status: str, reply_code: str = "") -> Cause:
    """Return the cause by the status code (RFC 3463, «5.7.1»); by the reply code where that says nothing."""
    parts = status.split(".")
    if len(parts) != 3 or status[2:] in _SAY_NOTHING:
        return _BY_REPLY_CODE.get(reply_code, Cause.ADDRESS)
    return _BY_DETAIL.get(status[2:]) or _BY_SUBJECT.get(parts[1], Cause.CONTENT)


_SAY_NOTHING = frozenset({"0.0", "5.0"})
_BY_SUBJECT = {
    "1": Cause.ADDRESS,
    "2": Cause.MAILBOX_FULL,
    "3": Cause.NETWORK,
    "4": Cause.NETWORK,
    "5": Cause.NETWORK,
    "6": Cause.CONTENT,
    "7": Cause.POLICY,
}
_BY_DETAIL = {
    "1.5": Cause.CONTENT,  # the address is valid
    "1.7": Cause.POLICY,  # our own address is refused
    "1.8": Cause.POLICY,
    "1.9": Cause.NETWORK,
    "2.1": Cause.ADDRESS,
    "2.3": Cause.SIZE,
    "2.4": Cause.NETWORK,
    "3.4": Cause.SIZE,
}
_BY_REPLY_CODE = {"552": Cause.SIZE, "554": Cause.POLICY}
