"""What shops and link services send by themselves: signed bytes in, facts out.

Each service has a file of its own with the same two functions; this one knows them all.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from domain.orders import Fact

LONGEST_KEY = 200

Headers = Mapping[str, str]
"""By lower-case name."""


class Malformed(Exception):
    """Signed, but not what this service sends; the text is a few words for the log."""


class Hook(NamedTuple):
    """What was sent.

    topic: the service's own word, for people. delivery_key, event_key: by which a repeat is known,
    "" = it has none. facts: what is to be counted. is_test: sent to try the connection out.
    """

    topic: str
    delivery_key: str
    event_key: str
    facts: tuple[Fact, ...] = ()
    is_test: bool = False


class Service(NamedTuple):
    """A shop or link service.

    is_signed: whether the bytes were signed with this secret. is_hello: whether these bytes only
    ask whether anybody is there, which this service does unsigned.
    """

    name: str
    title: str
    is_signed: Callable[[str, Headers, bytes], bool]
    read: Callable[[Headers, bytes], Hook]
    is_hello: Callable[[Headers, bytes], bool] = lambda headers, body: False


def digest(secret: str, body: bytes) -> bytes:
    """HMAC-SHA256 of the raw bytes."""
    return hmac.new(secret.encode(), body, hashlib.sha256).digest()


def same(expected: str, given: str) -> bool:
    """Whether two signatures are the same, in a time that tells nothing."""
    return hmac.compare_digest(expected.encode(), given.strip().encode("utf-8", "replace"))


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object that was sent; amounts stay text or become exact.

    Raises:
        Malformed: it is none.
    """
    try:
        found = json.loads(body, parse_float=str, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if not isinstance(found, dict):
        raise Malformed("not an object")
    return found


def key_of(headers: Headers, name: str) -> str:
    """A key from a header, "" where it has none."""
    return headers.get(name, "").strip()[:LONGEST_KEY]


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
