"""All sources at once: one deadline, named gaps, and nobody's trouble is anybody else's."""

import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from bot import live_checkup
from bot.live import live_sources
from bot.settings import Settings, WrongSettings, load
from domain.creator import Platform, ProfileSnapshot
from domain.look_up import Account, GapKind, LookUpQuery
from sources.asking import MOST_AT_ONCE, Asking
from sources.gaps import SourceGap
from sources.live import LiveSettings, LiveSources
from sources.network import Network
from sources.source import About
from sources.wire import Wire
from storage.database import Database
from tests.asking import (
    NOW,
    Ledger,
    bluesky,
    handles,
    live,
    mastodon,
    words,
)
from tests.test_source_bluesky import actor, platform_of, post
from tests.test_source_mastodon import account, server
from tests.web import LOOPBACK, Reply, Request, free_port, raw, web

ROOT = Path(__file__).parents[1]
BOTH = [Platform.BLUESKY, Platform.MASTODON]


def sends(*pieces: bytes, pause: float = 0.0) -> Callable[[socket.socket], None]:
    def behave(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)

    return behave


def answer(status_line: str, body: bytes, *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status_line}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(head).encode() + body


OK = b"HTTP/1.1 200 OK\r\n"
FIRE = {
    "hangs up": (sends(), GapKind.UNREACHABLE),
    "never answers": (lambda _: time.sleep(3), GapKind.TOO_SLOW),
    "drips": (sends(OK, *[b"X: 1\r\n"] * 90, pause=0.03), GapKind.TOO_SLOW),
    "stops halfway": (sends(OK + b'Content-Length: 90\r\n\r\n{"actors": ['), GapKind.GARBLED),
    "has other types": (sends(answer("200 OK", b'{"actors": {"did": 1}}')), GapKind.GARBLED),
    "is a page": (sends(answer("200 OK", b"<html>hello")), GapKind.GARBLED),
    "forbids with a page": (sends(answer("403 Forbidden", b"<html>no")), GapKind.REFUSED),
    "never ends": (
        sends(OK + b"Content-Length: 1073741824\r\n\r\n", *[b" " * (1 << 20)] * 1024),
        GapKind.GARBLED,
    ),
    "has had enough": (sends(answer("429 Too Many", b"", "Retry-After: 60")), GapKind.REFUSED),
    "has had enough for now": (sends(answer("429 Too Many", b"")), GapKind.REFUSED),
    "is out of order": (sends(answer("500 Oops", b"")), GapKind.UNREACHABLE),
    "leads inside": (
        sends(answer("302 Found", b"", "Location: http://169.254.169.254/")),
        GapKind.REFUSED,
    ),
}


@pytest.mark.parametrize("trouble", FIRE)
def test_a_source_in_trouble_is_named_by_the_deadline_and_hides_no_other(trouble: str) -> None:
    behave, kind = FIRE[trouble]
    with raw(behave) as url, web(server(account())) as well:
        sources = live(bluesky_base_url=url, mastodon_servers=(well.url,))
        started = time.monotonic()
        answers = sources.fan_out(words("skincare"), BOTH, deadline_seconds=0.8)
        assert time.monotonic() - started < 1.0
    assert [one.snapshot.display_name for one in answers.accounts] == ["Anna"]
    assert [(gap.source, gap.kind) for gap in answers.gaps] == [("Bluesky", kind)]
    assert len(answers.answered) == 1


@pytest.mark.parametrize(
    "trouble", sorted(FIRE.keys() - {"has had enough", "has had enough for now"})
)
def test_a_source_that_works_again_is_back_at_once(trouble: str) -> None:
    behave, _ = FIRE[trouble]
    well = platform_of(actor(1, followersCount=1))
    port = free_port()
    sources = live(bluesky_base_url=f"http://{LOOPBACK}:{port}")
    with raw(behave, port):
        assert sources.fan_out(words("x"), [Platform.BLUESKY], 0.4).accounts == ()
    with web(well, port):
        answers = sources.fan_out(words("x"), [Platform.BLUESKY], 2.0)
    assert (handles(answers), answers.gaps) == (["a1.test"], ())


def test_a_source_that_said_too_many_without_a_time_is_asked_again_after_three_seconds() -> None:
    now = [0.0]
    network = Network(paces=type(Network().paces)(lambda: now[0]))
    replies: list[Any] = [Reply(b"", 429)]
    well = platform_of(actor(1, followersCount=1))
    with web(lambda request: replies.pop() if replies else well(request)) as here:
        sources = live(network=network, **bluesky(here))
        assert sources.fan_out(words("x"), [Platform.BLUESKY]).gaps
        now[0] += 3.0
        assert handles(sources.fan_out(words("x"), [Platform.BLUESKY])) == ["a1.test"]


def test_what_came_before_the_deadline_is_kept() -> None:
    many = [actor(number, followersCount=1) for number in range(3)]
    gate = threading.Event()

    def feed(request: Request) -> Any:
        if request.one("actor") != "did:plc:a0":
            gate.wait(5)
        return {"feed": [post(1, many[0])]}

    with web(platform_of(*many, feed=feed)) as here:
        answers = live(**bluesky(here)).fan_out(words("x"), [Platform.BLUESKY], 0.5)
        gate.set()
    assert [bool(one.posts) for one in answers.accounts] == [True, False, False]
    assert [gap.kind for gap in answers.gaps] == [GapKind.TOO_SLOW]


def test_sources_are_asked_at_the_same_time() -> None:
    both_here = threading.Barrier(2, timeout=3)

    def meet(request: Request) -> Any:
        if "search" in request.path:
            both_here.wait()
        return platform_of(actor(1, followersCount=1))(request)

    def meet_too(request: Request) -> Any:
        if "search" in request.path:
            both_here.wait()
        return server(account())(request)

    with web(meet) as one, web(meet_too) as other:
        answers = live(**bluesky(one), **mastodon(other)).fan_out(words("x"), BOTH, 5.0)
    assert answers.gaps == ()
    assert len(answers.accounts) == 2


def test_one_switch_turns_all_of_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: Any, **__: Any) -> None:
        raise AssertionError("somebody was contacted")

    monkeypatch.setattr(socket, "create_connection", nobody)
    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    sources = live(live_sources=False, youtube_api_key="AIza")
    assert sources.platforms() == ()
    assert not any(state.ready for state in sources.states())
    answers = sources.fan_out(words("x"), [Platform.BLUESKY, Platform.YOUTUBE])
    assert {gap.said for gap in answers.gaps} == {
        "Looking creators up is switched off here (LIVE_SOURCES)."
    }
    with pytest.raises(SourceGap) as caught:
        sources.fetch_one(Platform.BLUESKY, "anna")
    assert caught.value.gap.kind is GapKind.SWITCHED_OFF
    assert sources.fan_out(words("x")).accounts == ()
    off = Settings(_env_file=None, live_sources="off")
    assert live_sources(off, None, None) is None  # type: ignore[arg-type]


def test_a_platform_without_any_source_is_named() -> None:
    (gap,) = live().fan_out(words("x"), [Platform.TIKTOK]).gaps
    assert (gap.kind, gap.said) == (
        GapKind.SWITCHED_OFF, "Creators on TikTok can't be looked up here.")  # fmt: skip


def test_the_settings_of_the_bot_reach_the_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTODON_SERVERS", "mastodon.social, Troet.cafe")
    monkeypatch.setenv("YOUTUBE_API_KEY", "AIzaSecret")
    chosen = load(_env_file=None)
    sources = live_sources(chosen, None, type("C", (), {"now": lambda _: NOW})())  # type: ignore[arg-type]
    assert sources is not None
    states = {state.name: state for state in sources.states()}
    assert states.keys() >= {"Bluesky", "Mastodon (mastodon.social)", "Mastodon (troet.cafe)",
                             "YouTube", "Instagram"}  # fmt: skip
    assert states["YouTube"].ready
    assert states["Instagram"].why_not == "INSTAGRAM_TOKEN and INSTAGRAM_USER_ID are not set."
    assert "AIzaSecret" not in repr(chosen) + repr(sources.states()) + repr(LiveSettings(
        youtube_api_key="AIzaSecret"))  # fmt: skip
    monkeypatch.setenv("MASTODON_SERVERS", "none")
    assert load(_env_file=None).mastodon_servers == ()
    for wrong in ("mastodon.social/api", "ftp://x", "a b", "a,,b", "user@host"):
        monkeypatch.setenv("MASTODON_SERVERS", wrong)
        with pytest.raises(WrongSettings, match="MASTODON_SERVERS is wrong"):
            load(_env_file=None)


def test_defaults_of_the_settings_are_those_of_the_sources() -> None:
    bot, own = Settings.model_fields, LiveSettings.model_fields
    assert {name: bot[name].default for name in own} == {n: own[n].default for n in own}


def test_every_host_that_is_contacted_is_in_the_documents() -> None:
    documented = (ROOT / "docs/sources.md").read_text(encoding="utf-8")
    hosts = {host for state in LiveSources(LiveSettings(), lambda: NOW, Ledger()).states()
             for host in state.hosts} - {"*"}  # fmt: skip
    assert hosts == {
        "public.api.bsky.app",
        "mastodon.social",
        "youtube.googleapis.com",
        "graph.facebook.com",
    }
    for host in hosts:
        assert f"`{host}`" in documented


# ---- sources of others -----------------------------------------------------------------------


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Install a package with one module and one entry point, as pip would."""

    def install(name: str, source: str) -> None:
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        about = tmp_path / f"{name}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(
            f"[influencer_bot.sources]\n{name} = {name}:OurCreators\n"
        )
        monkeypatch.delitem(sys.modules, name, raising=False)

    monkeypatch.syspath_prepend(str(tmp_path))
    return install


def test_the_example_in_the_documents_is_a_source_that_works(
    installed: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "docs/sources.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.S)
    rows = [{"id": "1", "handle": "anna", "bio": "skincare", "followers": 12_000},
            {"id": "2", "handle": "ben", "followers": "many"}]  # fmt: skip

    def script(request: Request) -> Any:
        if "q" in request.query:
            return {"creators": rows}
        return {"creators": [one for one in rows[:1] if one["handle"] == request.one("handle")]}

    with web(script) as here:
        monkeypatch.setenv("OUR_CREATORS_URL", here.url)
        installed("our_creators", code)
        sources = live()
        assert Platform.TIKTOK in sources.platforms()
        answers = sources.fan_out(words("skincare"), [Platform.TIKTOK])
        assert [r.path for r in here.requests] == ["/creators"]
        one = sources.fetch_one(Platform.TIKTOK, "anna")
        with pytest.raises(SourceGap) as caught:
            sources.fetch_one(Platform.TIKTOK, "nobody")
        assert sources.with_posts(answers.accounts).accounts == answers.accounts

    assert handles(answers) == ["anna"]
    assert [gap.source for gap in answers.gaps] == ["Our creators"]
    assert one.snapshot.figures.followers == 12_000
    assert caught.value.gap.kind is GapKind.NOT_THERE
    state = next(each for each in sources.states() if each.name == "Our creators")
    assert (state.hosts, state.ready) == (("creators.example.com",), True)


@pytest.mark.parametrize(
    "code",
    ["raise RuntimeError('broken on import')", "OurCreators = 7", "def OurCreators(): return 7",
     "def OurCreators(): raise ValueError('no key')", "import no_such_module"],
)  # fmt: skip
def test_a_source_that_cannot_be_loaded_is_named_and_takes_nothing_with_it(
    installed: Callable[[str, str], None], code: str
) -> None:
    installed("broken_creators", code)
    with web(platform_of(actor(1, followersCount=1))) as here:
        sources = live(**bluesky(here))
        assert handles(sources.fan_out(words("x"), [Platform.BLUESKY])) == ["a1.test"]
    (problem,) = sources.problems()
    assert "“broken_creators” can't be used" in problem


def test_doctor_names_an_installed_source_that_cannot_be_loaded(
    installed: Callable[[str, str], None], database: Database
) -> None:
    installed("broken_creators", "raise RuntimeError('broken on import')")
    found = list(live_checkup.check(Settings(_env_file=None), database))
    assert found[-1].wrong
    assert "“broken_creators” can't be used: broken on import" in found[-1].what


class Stubborn:
    """A stranger's source that holds on for ever, or breaks."""

    about = About("Stubborn", Platform.OTHER, ("stubborn.example.com",))

    def __init__(self, answer: Callable[[], Iterable[Account]]) -> None:
        self._answer = answer

    def find(self, query: LookUpQuery, wire: Wire) -> Iterable[Account]:
        return self._answer()

    def fetch(self, handle: str, wire: Wire) -> Account | None:
        return next(iter(self._answer()), None)

    def with_posts(self, accounts: Any, wire: Wire) -> Any:
        return accounts


def questioned(source: Stubborn, places: threading.Semaphore, seconds: float) -> Any:
    deadline = time.monotonic() + seconds
    wire = Wire(source.about, Network(), lambda: NOW, deadline)
    asking = Asking(source, lambda w: source.find(words("x"), w), wire, places)
    asking.start()
    asking.wait(deadline)
    return asking


def test_a_source_that_never_ends_holds_nobody_up_and_collects_no_threads() -> None:
    gate = threading.Event()
    late = Account(
        snapshot=ProfileSnapshot(platform=Platform.OTHER, handle="late"), native_id="late"
    )

    def hang() -> Iterable[Account]:
        gate.wait(10)
        yield late

    source, places = Stubborn(hang), threading.Semaphore(MOST_AT_ONCE)
    before = threading.active_count()
    started = time.monotonic()
    asked = [questioned(source, places, 0.02) for _ in range(3 * MOST_AT_ONCE)]
    assert time.monotonic() - started < 2.0
    assert threading.active_count() - before <= MOST_AT_ONCE
    assert all(each.result()[1].kind is GapKind.TOO_SLOW for each in asked)
    gate.set()
    for _ in range(MOST_AT_ONCE):
        assert places.acquire(timeout=3), "a place was not given back"
    assert all(each.result()[0] == () for each in asked), "nothing is added once it is over"


def test_a_source_that_breaks_is_a_gap() -> None:
    def fail() -> Iterable[Account]:
        raise KeyError("secret detail")

    asked = questioned(Stubborn(fail), threading.Semaphore(1), 2.0)
    assert asked.result()[1].kind is GapKind.GARBLED
    assert "secret" not in asked.result()[1].said
