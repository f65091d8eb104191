"""Bodies of answers: unpacked up to a cap, and read as JSON."""

import json
import zlib
from collections.abc import Iterable
from typing import Any

MAX_BYTES = 2 << 20
"""Of one answer, unpacked. What JSON of that size may become in memory is twenty times as much."""
_MOST_PIECES = 50_000
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


class TooLarge(Exception):
    """An answer is larger than an honest one."""


class Unreadable(Exception):
    """An answer is packed in a way that we did not ask for, or wrongly."""


def unpacked(chunks: Iterable[bytes], encoding: str) -> bytes:
    """The body, never larger than the cap, not even for a moment.

    Raises:
        TooLarge, Unreadable: it is not an answer of the kind that was asked for.
    """
    encoding = encoding.strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise Unreadable
    unpack = zlib.decompressobj(_GZIP_OR_ZLIB) if encoding not in ("", "identity") else None
    body = bytearray()
    for number, chunk in enumerate(chunks):
        if number > _MOST_PIECES:
            raise TooLarge  # a byte at a time costs far more time than bytes
        room = MAX_BYTES - len(body) + 1
        if unpack and unpack.eof:
            raise Unreadable  # what follows the end would be collected, however much it is
        try:
            body += unpack.decompress(chunk, room) if unpack else chunk[:room]
        except zlib.error:
            raise Unreadable from None
        if len(body) > MAX_BYTES:
            raise TooLarge
    if unpack and (not unpack.eof or unpack.unused_data):
        raise Unreadable
    return bytes(body)


def read_json(body: bytes) -> Any:
    """What a body says.

    Raises:
        ValueError, RecursionError: it is no JSON, or JSON that is made to do harm.
    """
    return json.loads(body, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
