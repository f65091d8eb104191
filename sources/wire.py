"""The only way out to the network: guarded, timed, capped, paced."""

import datetime as dt
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import httpcore
import httpx

from domain.look_up import GapKind
from sources.about import ANY_HOST, About
from sources.bodies import TooLarge, Unreadable, read_json, unpacked
from sources.connections import Backend, Deadline, ForbiddenAddress
from sources.gaps import Refused, SourceGap, gap
from sources.network import Network, Place
from sources.pace import MustWait, pause

CALL_SECONDS = 10.0
"""For one call, where its source gives it no other time."""
MAX_REDIRECTS = 3
USER_AGENT = "influencer-bot (self-hosted; looks creators up for its team)"

_RETRIED = frozenset({502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOWHERE = frozenset({404, 410})
_TOO_MANY = 429
_NO_CREDIT = 402

Params = Mapping[str, str | int | bool | Sequence[str]]


class Wire:
    """What one source speaks through while it answers one question. Not for several threads.

    Args:
        about: the source; its `hosts` and `base_urls` are where it may go.
        network: shared by all wires.
        now: the product's clock, with its zone.
        deadline: by `time.monotonic`; every call ends by then.

    opted_out: own ids of accounts that were come across and ask not to be shown: a source adds
    them instead of giving them, so that what is stored of them goes.
    """

    def __init__(
        self, about: About, network: Network, now: Callable[[], dt.datetime], deadline: float
    ) -> None:
        self.about = about
        self.now = now
        self.opted_out: set[str] = set()
        self._network = network
        self._deadline = deadline
        self._trusted = {Place.of(httpx.URL(base)) for base in about.base_urls}
        self._backends: dict[str, Backend] = {}
        self._pools: dict[str, httpcore.ConnectionPool] = {}

    def get_json(
        self,
        url: str,
        params: Params | None = None,
        secret: Params | None = None,
        seconds: float = CALL_SECONDS,
    ) -> Any:
        """What an address answers, as JSON.

        Args:
            url: without a query.
            params: the query; a sequence is repeated under its name.
            secret: more of the query that must reach nobody else: a key, a token.
            seconds: for the call, redirects included; the wire's own deadline may be sooner.

        Raises:
            Refused: it answered with an error; status and body tell which.
            SourceGap: it could not be asked, or its answer can't be read.
        """
        address = httpx.URL(url, params=[*_pairs(params), *_pairs(secret)])
        for last in (False, True):
            try:
                return self._follow(address, seconds, fixed=bool(secret))
            except SourceGap as failure:
                if last or not self._worth_repeating(failure):
                    raise
            self._wait(random.uniform(0.1, 0.4))  # noqa: S311
        raise AssertionError("unreachable")

    def leads_to(self, url: str, seconds: float = CALL_SECONDS) -> str | None:
        """Where an address sends those who open it, without going there.

        Returns:
            None where it sends nobody anywhere, or is not there.

        Raises:
            SourceGap: it could not be asked.
        """
        address = httpx.URL(url)
        self._check(address)
        answer = self._ask(address, Deadline(min(self._deadline, time.monotonic() + seconds)))
        if isinstance(answer, httpx.URL):
            return str(answer)
        if answer.status < 300 or answer.status in _NOWHERE:
            return None
        raise self._refusal(answer.status, None, self._heed_pause(answer, address))

    def gap(
        self, kind: GapKind, said: str | None = None, until: dt.datetime | None = None
    ) -> SourceGap:
        """A gap of this source, to be raised; `said` may hold "{}" for its name."""
        return SourceGap(gap(self.about.name, kind, said, until))

    def close(self) -> None:
        """Hang up."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()

    def _follow(self, address: httpx.URL, seconds: float, *, fixed: bool) -> Any:
        """Ask, and go where the answer sends us as far as that is allowed."""
        deadline = Deadline(min(self._deadline, time.monotonic() + seconds))
        for _ in range(MAX_REDIRECTS + 1):
            self._check(address)
            answer = self._ask(address, deadline)
            if isinstance(answer, httpx.URL):
                if not self._may_lead(address, answer, fixed=fixed):
                    raise self.gap(GapKind.REFUSED, "{} sent us to another server.")
                address = answer
            else:
                return self._read(answer, address)
        raise self.gap(GapKind.GARBLED, "{} sent us from one address to the next without end.")

    def _check(self, address: httpx.URL) -> None:
        """Refuse what is neither a base address of the operator's nor a host of this source."""
        place = Place.of(address)
        if place in self._trusted:
            return
        hosts = self.about.hosts
        known = place.host in hosts or ANY_HOST in hosts
        if place.scheme != "https" or place.port != 443 or not known or address.userinfo:
            raise self.gap(GapKind.REFUSED, "{} sent us to a server that we don't ask.")

    def _may_lead(self, address: httpx.URL, answer: httpx.URL, *, fixed: bool) -> bool:
        """Whether a redirect stays where it was, or leads to a named host without our keys."""
        old, new = Place.of(address), Place.of(answer)
        named = new in self._trusted or new.host in self.about.hosts
        return new == old or (named and not fixed)

    def _ask(self, address: httpx.URL, deadline: Deadline) -> "_Answer | httpx.URL":
        self._keep_pace(address, deadline)
        try:
            with self._pool(address.scheme, deadline).stream(
                "GET", _core_url(address), headers=_HEADERS
            ) as response:
                deadline.expect_body()
                headers = {
                    name.decode("latin-1").lower(): value.decode("latin-1")
                    for name, value in response.headers
                }
                if response.status in _REDIRECTS and "location" in headers:
                    return address.join(headers["location"])
                body = unpacked(response.iter_stream(), headers.get("content-encoding", ""))
                return _Answer(response.status, headers, body)
        except ForbiddenAddress:
            raise self.gap(
                GapKind.REFUSED, "{} leads to an address inside a private network."
            ) from None
        except httpcore.TimeoutException:
            raise self.gap(GapKind.TOO_SLOW) from None
        except httpcore.ProtocolError as error:
            hung_up = "disconnected" in str(error)  # httpcore has no class of its own for it
            raise self.gap(GapKind.UNREACHABLE if hung_up else GapKind.GARBLED) from None
        except TooLarge:
            raise self.gap(GapKind.GARBLED, "{} sent far more than an answer holds.") from None
        except (Unreadable, httpx.InvalidURL, UnicodeError, ValueError):
            raise self.gap(GapKind.GARBLED) from None
        except (httpcore.NetworkError, OSError):
            raise self.gap(GapKind.UNREACHABLE) from None

    def _read(self, answer: "_Answer", address: httpx.URL) -> Any:
        """The answer's JSON, or the gap that it stands for."""
        seconds = self._heed_pause(answer, address)
        if 200 <= answer.status < 300:
            try:
                return read_json(answer.body)
            except (ValueError, RecursionError):
                raise self.gap(GapKind.GARBLED, _said_of_text(answer.body)) from None
        try:
            body = read_json(answer.body)
        except (ValueError, RecursionError):
            body = None
        raise self._refusal(answer.status, body, seconds)

    def _heed_pause(self, answer: "_Answer", address: httpx.URL) -> float | None:
        """Leave a server alone for as long as it asks for; gives the seconds."""
        real_now = dt.datetime.now(dt.UTC)  # a pause is asked for in real time
        seconds = pause(answer.status, answer.headers, real_now)
        if seconds is not None:
            self._network.paces.close(_server(address), seconds)
        return seconds

    def _refusal(self, status: int, body: Any, seconds: float | None) -> Refused:
        until = None if seconds is None else self.now() + dt.timedelta(seconds=seconds)
        name = self.about.name
        if status == _TOO_MANY:
            said = gap(name, GapKind.REFUSED, "{} asks us to wait before we ask again.", until)
        elif status == _NO_CREDIT:
            said = gap(name, GapKind.OUT_OF_QUOTA, "{} has no credit left.", until)
        elif status >= 500:
            said = gap(name, GapKind.UNREACHABLE, f"{{}} is out of order ({status}).", until)
        else:
            said = gap(name, GapKind.REFUSED, f"{{}} refused to answer ({status}).", until)
        return Refused(said, status, body)

    def _keep_pace(self, address: httpx.URL, deadline: Deadline) -> None:
        server = _server(address)
        try:
            seconds = self._network.paces.take(server, self.about.pace)
        except MustWait as wait:
            until = self.now() + dt.timedelta(seconds=wait.seconds)
            said = "{} asks us to wait before we ask again."
            raise self.gap(GapKind.REFUSED, said, until) from None
        if seconds and time.monotonic() + seconds >= deadline.at:
            self._network.paces.give_back(server)
            until = self.now() + dt.timedelta(seconds=seconds)
            raise self.gap(GapKind.TOO_SLOW, "We asked {} too much to go on now.", until)
        time.sleep(seconds)

    def _worth_repeating(self, failure: SourceGap) -> bool:
        """Whether the same call may well succeed in a moment."""
        if isinstance(failure, Refused):
            return failure.status in _RETRIED and failure.gap.until is None
        return failure.gap.kind is GapKind.UNREACHABLE

    def _wait(self, seconds: float) -> None:
        time.sleep(max(min(seconds, self._deadline - time.monotonic()), 0))

    def _pool(self, scheme: str, deadline: Deadline) -> httpcore.ConnectionPool:
        """Connections of one scheme, for a call that ends by a deadline."""
        if scheme not in self._pools:
            trusted = {
                (place.host, place.port) for place in self._trusted if place.scheme == scheme
            }
            network = self._network
            self._backends[scheme] = Backend(network.resolve, trusted, network.system)
            self._pools[scheme] = httpcore.ConnectionPool(
                ssl_context=self._network.certificates() if scheme == "https" else None,
                network_backend=self._backends[scheme],
                max_connections=4,
            )
        self._backends[scheme].deadline = deadline
        return self._pools[scheme]


class _Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


_HEADERS = [
    (b"Accept", b"application/json"),
    (b"Accept-Encoding", b"gzip"),
    (b"User-Agent", USER_AGENT.encode("ascii")),
]


def _pairs(params: Params | None) -> Iterable[tuple[str, str]]:
    for name, value in (params or {}).items():
        if isinstance(value, bool):
            yield name, "true" if value else "false"
        elif isinstance(value, str | int):
            yield name, str(value)
        else:
            yield from ((name, each) for each in value)


def _server(address: httpx.URL) -> str:
    """Whose pace is kept: host and port."""
    place = Place.of(address)
    return f"{place.host}:{place.port}"


def _core_url(address: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=address.raw_scheme,
        host=address.raw_host,
        port=address.port,
        target=address.raw_path,
    )


def _said_of_text(body: bytes) -> str | None:
    if body.lstrip()[:1] == b"<":
        return "{} answered with a web page instead of data."
    return None
