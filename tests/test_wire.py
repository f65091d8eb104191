"""The way out to the network: where it goes, how long it waits, how much it takes."""

import datetime as dt
import gzip
import ipaddress
import socket
import ssl
import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.creator import Platform
from domain.look_up import GapKind
from sources.about import ANY_HOST, About
from sources.addresses import NoAddress, is_public, resolve
from sources.bodies import MAX_BYTES
from sources.gaps import Refused, SourceGap
from sources.network import Network
from sources.pace import MustWait, Pace, Paces, pause
from sources.wire import Wire
from tests.internet import certificate as certificate_for
from tests.web import LOOPBACK, Reply, Request, free_port, raw, web

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
FAST = Pace(burst=1_000, per_second=1_000.0)


def about(
    base: str = "", hosts: tuple[str, ...] = ("api.example.com",), pace: Pace = FAST
) -> About:
    return About("Example", Platform.OTHER, hosts, pace=pace, base_urls=(base,) if base else ())


@contextmanager
def wire(of: About, network: Network | None = None, seconds: float = 2.0) -> Iterator[Wire]:
    here = Wire(of, network or Network(), lambda: NOW, time.monotonic() + seconds)
    yield here
    here.close()


def ask(url: str, of: About | None = None, network: Network | None = None, seconds: float = 2.0):
    with wire(of or about(url), network, seconds) as here:
        return here.get_json(f"{url}/things")


def gap_of(url: str, of: About | None = None, network: Network | None = None, seconds: float = 2.0):
    with pytest.raises(SourceGap) as caught:
        ask(url, of, network, seconds)
    return caught.value.gap


def sends(*pieces: bytes, pause_seconds: float = 0.0) -> Callable[[socket.socket], None]:
    def behave(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause_seconds)

    return behave


def resets(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


# ---- where it goes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "0.0.0.0",  # noqa: S104
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "192.88.99.1",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "2002:7f00:1::1",
        "2002:808:808::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::808:808",
        "100::1",
        "3fff::1",
        "5f00::1",
        "anna",
    ],
)
def test_an_address_that_is_not_on_the_public_internet_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111",
                "2a00:1450:4001::200e", "64:ff9b::808:808"],
)  # fmt: skip
def test_an_address_on_the_public_internet_is_taken(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses())
def test_no_address_that_python_calls_private_is_ever_public(address) -> None:
    if is_public(str(address)) and address not in ipaddress.ip_network("64:ff9b::/96"):
        assert address.is_global
        assert not address.is_multicast


def answering(*addresses: str) -> Network:
    """A network whose resolver answers this for every name."""
    return Network(resolve=lambda _host, _port, _seconds: list(addresses))


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1"])
def test_a_name_that_leads_into_a_private_network_is_not_followed(address: str) -> None:
    started = time.monotonic()

    gap = gap_of("https://api.example.com", about(), answering(address))

    assert (gap.kind, gap.said) == (
        GapKind.REFUSED, "Example leads to an address inside a private network.")  # fmt: skip
    assert time.monotonic() - started < 0.5


def test_a_name_is_resolved_once_and_what_was_checked_is_what_is_connected_to() -> None:
    """A name that is public when asked first and private when asked again gains nothing."""
    asked: list[str] = []

    def turncoat(host: str, port: int, seconds: float) -> list[str]:
        asked.append(host)
        return ["203.0.113.1"] if len(asked) > 1 else ["192.0.2.1", "10.0.0.1"]

    gap = gap_of("https://api.example.com", about(), Network(resolve=turncoat))

    assert gap.kind is GapKind.REFUSED
    assert asked == ["api.example.com"]


@pytest.mark.parametrize(
    "url",
    ["http://api.example.com", "https://api.example.com:8443", "https://evil.example.org",
     "https://anna:secret@api.example.com", "ftp://api.example.com", "https://127.0.0.1",
     "https://[::1]", "https://API.example.com.evil.org", "http://169.254.169.254"],
)  # fmt: skip
def test_only_the_hosts_of_a_source_are_asked_and_only_over_https(url: str) -> None:
    def never(_host: str, _port: int, _seconds: float) -> list[str]:
        raise AssertionError("a host was resolved that nobody may ask")

    assert gap_of(url, about(), Network(resolve=never)).kind is GapKind.REFUSED


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "localhost", "[::1]"])
def test_a_server_that_a_person_names_cannot_be_inside_the_network(host: str) -> None:
    """All spellings of this machine, resolved by the system itself."""
    gap = gap_of(f"https://{host}", about(hosts=(ANY_HOST,)))
    assert gap.kind in (GapKind.REFUSED, GapKind.UNREACHABLE)


def test_a_base_address_is_trusted_for_exactly_its_scheme_host_and_port() -> None:
    with web(lambda _: {"here": True}) as chosen, web(lambda _: {"here": False}) as beside:
        assert ask(chosen.url) == {"here": True}
        assert gap_of(beside.url, about(chosen.url)).kind is GapKind.REFUSED
        other_scheme = chosen.url.replace("http:", "https:")
        assert gap_of(other_scheme, about(chosen.url)).kind is GapKind.REFUSED
        other_name = chosen.url.replace(LOOPBACK, "localhost")
        assert gap_of(other_name, about(chosen.url)).kind is GapKind.REFUSED
        assert beside.requests == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for one name, and its key, in one file."""
    return certificate_for(tmp_path_factory.mktemp("tls"), "api.example.com")


@pytest.mark.parametrize(
    ("name", "kind"), [("api.example.com", None), ("other.example.com", GapKind.UNREACHABLE)]
)
def test_over_tls_the_name_is_checked_although_the_address_is_connected_to(
    certificate: Path, name: str, kind: GapKind | None
) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    asked_for: list[str | None] = []
    serving.sni_callback = lambda _socket, server_name, _context: asked_for.append(server_name)
    network = Network(
        resolve=lambda _host, _port, _seconds: [LOOPBACK],
        certificates=lambda: ssl.create_default_context(cafile=str(certificate)),
    )
    with web(lambda request: {"host": request.headers["host"]}, tls=serving) as here:
        url = f"https://{name}:{here.port}"
        if kind is None:
            assert ask(url, network=network) == {"host": f"{name}:{here.port}"}
        else:
            assert gap_of(url, network=network).kind is kind
    assert set(asked_for) == {name}


# ---- redirects -------------------------------------------------------------------------------


def to(location: str, status: int = 302) -> Callable[[Request], Reply]:
    return lambda _: Reply(status=status, headers={"Location": location})


@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.1:1/x", "http://169.254.169.254/latest/meta-data/", "https://10.0.0.1/",
     "https://localhost/", "//[::1]/x", "https://evil.example.org/", "file:///etc/passwd",
     "gopher://127.0.0.1/", "https://a b/"],
)  # fmt: skip
def test_a_redirect_to_a_place_that_may_not_be_asked_is_not_followed(location: str) -> None:
    with web(to(location)) as here:
        gap = gap_of(here.url)
        assert gap.kind in (GapKind.REFUSED, GapKind.GARBLED)
        assert len(here.requests) == 1


def test_a_redirect_within_the_same_place_is_followed_three_times_at_most() -> None:
    def script(request: Request) -> object:
        step = int(request.path[1:]) if request.path[1:].isdigit() else 0
        return (
            {"step": step}
            if step == last
            else Reply(status=307, headers={"Location": f"/{step + 1}"})
        )

    last = 3
    with web(script) as here:
        assert ask(here.url) == {"step": 3}
        last = 4
        assert gap_of(here.url).kind is GapKind.GARBLED
        assert len(here.requests) == 8


def test_a_key_never_follows_a_redirect_to_another_server() -> None:
    with web(lambda _: {}) as other, web(lambda _: Reply(status=302, headers={
        "Location": f"{other.url}/things"})) as here:  # fmt: skip
        of = About("Example", Platform.OTHER, (), pace=FAST, base_urls=(here.url, other.url))
        with wire(of) as connection, pytest.raises(SourceGap) as caught:
            connection.get_json(f"{here.url}/things", {"q": "x"}, secret={"key": "s3cret"})
        assert caught.value.gap.kind is GapKind.REFUSED
        assert "s3cret" not in str(caught.value) + caught.value.gap.said
        assert here.requests[0].one("key") == "s3cret"
        assert other.requests == []


def test_a_server_that_a_person_named_sends_us_to_no_other() -> None:
    """Its own host is what the documents name, and no host that it chooses."""
    resolved: list[str] = []

    def watch(host: str, _port: int, _seconds: float) -> list[str]:
        resolved.append(host)
        return [LOOPBACK]

    with web(to("https://elsewhere.example.org/")) as here:
        of = About("Example", Platform.OTHER, (ANY_HOST,), pace=FAST, base_urls=(here.url,))
        assert gap_of(here.url, of, Network(watch)).kind is GapKind.REFUSED
    assert set(resolved) == {LOOPBACK}


# ---- what it says of itself ------------------------------------------------------------------


def test_a_request_names_the_project_and_carries_no_cookie_and_uses_no_proxy(monkeypatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://{LOOPBACK}:{free_port()}")
    with web(lambda _: Reply({}, headers={"Set-Cookie": "a=b; Path=/"})) as here:
        with wire(about(here.url)) as connection:
            connection.get_json(f"{here.url}/one", {"q": "ü&=", "yes": True, "many": ["1", "2"]})
            connection.get_json(f"{here.url}/two")
        first, second = here.requests
    assert first.query == {"q": ["ü&="], "yes": ["true"], "many": ["1", "2"]}
    assert first.headers["user-agent"].startswith("influencer-bot")
    assert first.headers["host"] == here.url.removeprefix("http://")
    assert "cookie" not in second.headers
    assert first.headers.keys() == {"host", "accept", "accept-encoding", "user-agent"}


# ---- under fire ------------------------------------------------------------------------------

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
DRIP = [b"HTTP/1.1 200 OK\r\n", *[b"X-Slow: 1\r\n"] * 200]


@pytest.mark.parametrize(
    ("behave", "kind"),
    [
        (lambda connection: None, GapKind.UNREACHABLE),
        (resets, GapKind.UNREACHABLE),
        (lambda connection: time.sleep(5), GapKind.TOO_SLOW),
        (sends(*DRIP, pause_seconds=0.05), GapKind.TOO_SLOW),
        (sends(OK + b"Content-Length: 1000\r\n\r\n", *[b" "] * 200, pause_seconds=0.05),
         GapKind.TOO_SLOW),
        (sends(OK + b'Content-Length: 100\r\n\r\n{"a": 1'), GapKind.GARBLED),
        (sends(OK + b'Content-Length: 7\r\n\r\n{"a": 1'), GapKind.GARBLED),
        (sends(OK + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"), GapKind.GARBLED),
        (sends(OK + b"Content-Encoding: br\r\nContent-Length: 2\r\n\r\n{}"), GapKind.GARBLED),
        (sends(OK + b"Content-Length: 3\r\n\r\nNaN"), GapKind.GARBLED),
        (sends(OK + b"Content-Length: 0\r\n\r\n"), GapKind.GARBLED),
        (sends(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), GapKind.GARBLED),
        (sends(b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 300_000 + b"\r\n\r\n{}"), GapKind.GARBLED),
        (sends(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"), GapKind.GARBLED),
    ],
)  # fmt: skip
def test_whatever_a_server_does_ends_in_a_named_gap_by_the_deadline(behave, kind: GapKind) -> None:
    with raw(behave) as url:
        started = time.monotonic()
        gap = gap_of(url, seconds=0.5)
        assert (gap.kind, gap.source) == (kind, "Example")
        assert time.monotonic() - started < 0.9


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (Reply(b"<html><h1>Hello</h1>"), GapKind.GARBLED, "answered with a web page"),
        (Reply(b"<!DOCTYPE html>", 403), GapKind.REFUSED, "refused to answer (403)"),
        (Reply({"error": "no"}, 401), GapKind.REFUSED, "refused to answer (401)"),
        (Reply(b"", 402), GapKind.OUT_OF_QUOTA, "has no credit left"),
        (Reply(b"oops", 500), GapKind.UNREACHABLE, "is out of order (500)"),
        (Reply(b"[" * 200_000), GapKind.GARBLED, "can't be read"),
        (Reply(b'{"n": ' + b"9" * 10_000 + b"}"), GapKind.GARBLED, "can't be read"),
        (Reply(b'{"a": "\xff"}'), GapKind.GARBLED, "can't be read"),
        (Reply(b"", 204), GapKind.GARBLED, "can't be read"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_data_is_told_apart(reply: Reply, kind: GapKind, said: str) -> None:
    with web(lambda _: reply) as here:
        gap = gap_of(here.url)
    assert gap.kind is kind
    assert said in gap.said


def test_nobody_listens() -> None:
    assert gap_of(f"http://{LOOPBACK}:{free_port()}").kind is GapKind.UNREACHABLE


def test_a_body_without_end_is_left_when_it_is_too_large_and_never_held() -> None:
    """1 GB announced; what is read stays near the cap."""
    megabyte = b" " * (1 << 20)
    sent = 0

    def endless(connection: socket.socket) -> None:
        nonlocal sent
        connection.sendall(OK + b"Content-Length: 1073741824\r\n\r\n")
        for _ in range(1024):
            connection.sendall(megabyte)
            sent += 1

    with raw(endless) as url:
        tracemalloc.start()
        gap = gap_of(url, seconds=5.0)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert (gap.kind, gap.said) == (GapKind.GARBLED, "Example sent far more than an answer holds.")
    assert sent < 64
    assert peak < 4 * MAX_BYTES


def test_a_body_that_unpacks_without_end_is_left_as_well() -> None:
    packed = gzip.compress(b"\0" * (64 << 20), compresslevel=9)
    with web(lambda _: Reply(packed, headers={"Content-Encoding": "gzip"})) as here:
        tracemalloc.start()
        gap = gap_of(here.url, seconds=5.0)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert (gap.kind, gap.said) == (GapKind.GARBLED, "Example sent far more than an answer holds.")
    assert peak < 4 * MAX_BYTES


PACKED = OK + b"Content-Encoding: gzip\r\nContent-Length: 1073741824\r\n\r\n"
EMPTY_BLOCKS = b"\x00\x00\x00\xff\xff" * 100_000
WITHOUT_END = {
    "what follows a packed body": (PACKED + gzip.compress(b"{}"), b"\0" * (1 << 20)),
    "packed blocks of nothing": (PACKED + gzip.compress(b"")[:10], EMPTY_BLOCKS),
    "headers before the answer": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 40_000),
    "chunks of one byte": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n" * 100_000),
    "remarks on chunks": (
        OK + b"Transfer-Encoding: chunked\r\n\r\n",
        b"1;" + b"a" * 60_000 + b"\r\n \r\n",
    ),
    "trailers": (OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: 1\r\n" * 100_000),
}


@pytest.mark.parametrize("what", WITHOUT_END)
def test_what_a_server_sends_without_end_around_a_body_is_left_early(what: str) -> None:
    """Bytes that become no body count too: none costs memory, nor much of the processor's time."""
    first, again = WITHOUT_END[what]

    def endless(connection: socket.socket) -> None:
        connection.sendall(first)
        for _ in range(1_000):
            connection.sendall(again)

    with raw(endless) as url:
        spent = time.thread_time()
        gap = gap_of(url, seconds=20.0)
        spent = time.thread_time() - spent
        tracemalloc.start()
        gap_of(url, seconds=0.3)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert gap.kind is GapKind.GARBLED
    assert spent < 3.0
    assert peak < 4 * MAX_BYTES


def test_a_base_address_is_trusted_for_no_other_scheme_at_its_port() -> None:
    """http://inside:443 says nothing of https://inside, which has the same port."""
    with web(lambda _: {}) as here:
        of = About("Example", Platform.OTHER, ("inside.example.com",), pace=FAST,
                   base_urls=("http://inside.example.com:443",))  # fmt: skip
        network = Network(resolve=lambda *_: [LOOPBACK])
        assert gap_of("https://inside.example.com", of, network).said == (
            "Example leads to an address inside a private network."
        )
        assert here.requests == []


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)]
)
def test_a_packed_answer_is_unpacked(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    with web(lambda _: Reply(pack(b'{"a": [1]}'), headers={"Content-Encoding": encoding})) as here:
        assert ask(here.url) == {"a": [1]}


def test_a_passing_failure_is_tried_once_more_and_a_lasting_one_no_more_than_that() -> None:
    replies = [Reply(b"", 503), Reply({"a": 1}), Reply(b"", 502), Reply(b"", 502)]
    with web(lambda _: replies.pop(0)) as here:
        assert ask(here.url) == {"a": 1}
        assert gap_of(here.url).kind is GapKind.UNREACHABLE
        assert len(here.requests) == 4


def test_a_server_that_comes_back_is_asked_again_at_once() -> None:
    port = free_port()
    network = Network()
    assert gap_of(f"http://{LOOPBACK}:{port}", network=network).kind is GapKind.UNREACHABLE
    with web(lambda _: {"back": True}, port) as here:
        assert ask(here.url, network=network) == {"back": True}


def test_when_one_address_of_a_host_does_not_answer_the_next_is_tried() -> None:
    network = Network(resolve=lambda _host, _port, _seconds: ["127.0.0.2", LOOPBACK])
    with web(lambda _: {"a": 1}) as here:
        url = f"http://api.example.com:{here.port}"
        assert ask(url, about(url), network) == {"a": 1}


def test_a_name_without_an_address_is_a_gap_and_a_resolver_that_hangs_ends_with_the_deadline() -> (
    None
):
    def hangs(_host: str, _port: int, seconds: float) -> list[str]:
        time.sleep(min(seconds, 5))
        raise NoAddress("late")

    def none(_host: str, _port: int, _seconds: float) -> list[str]:
        raise NoAddress("none")

    started = time.monotonic()
    assert gap_of("https://api.example.com", about(), Network(none)).kind is GapKind.UNREACHABLE
    gap = gap_of("https://api.example.com", about(), Network(hangs), seconds=0.3)
    assert gap.kind in (GapKind.UNREACHABLE, GapKind.TOO_SLOW)
    assert time.monotonic() - started < 1.5
    with pytest.raises(NoAddress):
        resolve("no-such-host.invalid", 443, 3.0)
    with pytest.raises(NoAddress):
        resolve("a" * 300, 443, 3.0)


# ---- pace and pauses -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"retry-after": "7"}, 7),
        (429, {"retry-after": "Mon, 23 Nov 2026 09:02:00 GMT"}, 120),
        (429, {"retry-after": "Mon, 23 Nov 2026 08:00:00 GMT"}, 0),
        (429, {"retry-after": "soon"}, 3),
        (429, {"retry-after": "-5"}, 3),
        (429, {"retry-after": "inf"}, 3),
        (429, {}, 3),
        (503, {"retry-after": "4"}, 4),
        (503, {}, None),
        (500, {"retry-after": "4"}, None),
        (429, {"x-ratelimit-reset": "2026-11-23T09:05:00.000000Z"}, 300),
        (429, {"ratelimit-reset": "1795424460"}, 60),
        (200, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-23T09:01:00Z"}, 60),
        (200, {"x-ratelimit-remaining": "12", "x-ratelimit-reset": "2026-11-23T09:01:00Z"}, None),
        (200, {}, None),
    ],
)
def test_the_pause_that_an_answer_asks_for(
    status: int, headers: dict, seconds: float | None
) -> None:
    assert pause(status, headers, NOW) == seconds


@given(
    st.integers(100, 599),
    st.dictionaries(
        st.sampled_from(["retry-after", "x-ratelimit-reset", "x-ratelimit-remaining"]), st.text()
    ),
)
def test_no_header_breaks_the_reading_of_pauses(status: int, headers: dict[str, str]) -> None:
    asked = pause(status, headers, NOW)
    assert asked is None or asked >= 0


def test_a_server_that_says_too_many_is_left_alone_for_as_long_as_it_says() -> None:
    now = [1_000.0]
    network = Network(paces=Paces(lambda: now[0]))
    replies = [Reply({"error": "slow down"}, 429, {"Retry-After": "30"}), Reply({"a": 1})]
    with web(lambda _: replies.pop(0)) as here:
        first = gap_of(here.url, network=network)
        second = gap_of(here.url, network=network)
        assert len(here.requests) == 1
        assert first.kind is second.kind is GapKind.REFUSED
        assert first.until == second.until == NOW + dt.timedelta(seconds=30)
        now[0] += 30
        assert ask(here.url, network=network) == {"a": 1}


def test_a_pause_holds_for_links_that_are_only_followed_too() -> None:
    with web(lambda _: Reply(b"", 429, {"Retry-After": "30"})) as here:
        network = Network()
        with wire(about(here.url), network) as connection, pytest.raises(SourceGap) as caught:
            connection.leads_to(f"{here.url}/short")
        assert caught.value.gap.until == NOW + dt.timedelta(seconds=30)
        assert gap_of(here.url, network=network).kind is GapKind.REFUSED
        assert len(here.requests) == 1


def test_an_error_hands_on_status_and_body() -> None:
    with web(lambda _: Reply({"error": "InvalidRequest"}, 400)) as here:
        with pytest.raises(Refused) as caught:
            ask(here.url)
        assert (caught.value.status, caught.value.body) == (400, {"error": "InvalidRequest"})
        assert len(here.requests) == 1


def test_a_host_is_asked_at_its_own_pace() -> None:
    now = [100.0]
    paces = Paces(lambda: now[0])
    slow = Pace(burst=3, per_second=2.0)
    waits = [paces.take("a", slow) for _ in range(5)]
    assert waits[:3] == [0, 0, 0]
    assert 0.5 <= waits[3] <= 0.6
    assert 1.0 <= waits[4] <= 1.2
    assert paces.take("b", slow) == 0
    now[0] += 60
    assert paces.take("a", slow) == 0


def test_waiting_for_the_pace_never_passes_the_deadline() -> None:
    of = None
    with web(lambda _: {}) as here:
        of = about(here.url, pace=Pace(burst=2, per_second=0.1))
        network = Network()
        ask(here.url, of, network)
        ask(here.url, of, network)
        started = time.monotonic()
        gap = gap_of(here.url, of, network, seconds=1.0)
        assert (gap.kind, len(here.requests)) == (GapKind.TOO_SLOW, 2)
        assert time.monotonic() - started < 0.5


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 30)), max_size=40))
def test_however_often_it_is_asked_a_host_sees_no_more_than_its_pace(steps) -> None:
    now = [0.0]
    paces = Paces(lambda: now[0])
    made: dict[str, list[float]] = {}
    for host, later in steps:
        now[0] += later
        made.setdefault(host, []).append(now[0] + paces.take(host, Pace(5, 1.0)))
    for times in made.values():
        for start in times:
            assert sum(start <= each < start + 10 for each in times) <= 5 + 10 + 1


def test_the_memory_of_hosts_has_an_end_and_keeps_pauses() -> None:
    paces = Paces(lambda: 50.0)
    paces.close("closed", 60)
    for number in range(3_000):
        paces.take(f"host-{number}", Pace())
    with pytest.raises(MustWait):
        paces.take("closed", Pace())
    assert len(paces._hosts) <= 1_000
