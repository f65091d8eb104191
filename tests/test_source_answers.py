"""Whatever a platform answers, a source gives accounts or a gap, and nothing else."""

import copy
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from domain.creator import Platform
from domain.look_up import Account, GapKind
from sources.bluesky import Bluesky
from sources.gaps import Refused, SourceGap
from sources.instagram import Instagram
from sources.mastodon import Mastodon
from sources.memory_cache import MemoryCache
from sources.network import Network
from sources.source import About
from sources.wire import Wire
from sources.youtube import YouTube
from tests.asking import NOW, Ledger, words
from tests.test_source_bluesky import actor, platform_of
from tests.test_source_mastodon import account, server, status
from tests.test_source_youtube import api, channel
from tests.web import Reply, Request

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
    | st.sampled_from(["did:plc:a1", "a1.test", "2026-11-01T08:00:00Z", "\ud800", "<b>", "9" * 30]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for name, inner in items:
            yield from places(inner, (*path, name))


@st.composite
def damaged(draw: st.DrawFn, value: Any) -> Any:
    """An honest answer in which something somewhere is something else, or gone."""
    whole = copy.deepcopy(value)
    path = draw(st.sampled_from(list(places(value))))
    if not path:
        return draw(anything)
    inner = whole
    for name in path[:-1]:
        inner = inner[name]
    if draw(st.booleans()) and isinstance(inner, dict):
        del inner[path[-1]]
    else:
        inner[path[-1]] = draw(anything)
    return whole


INSTAGRAM = {"business_discovery": {
    "id": "1", "username": "anna", "name": "Anna", "biography": "b https://a.example",
    "website": "https://a.example", "followers_count": 5, "follows_count": 1, "media_count": 2,
    "media": {"data": [{"id": "1", "caption": "c", "like_count": 1, "comments_count": 1,
                        "permalink": "https://www.instagram.com/p/x/", "timestamp": "2026-01-01"}]},
}}  # fmt: skip
HONEST: dict[Platform, Callable[[Request], Any]] = {
    Platform.BLUESKY: platform_of(actor(1, followersCount=5, labels=[{"val": "x"}],
        description="https://a.example", verification={"verifiedStatus": "valid"})),
    Platform.MASTODON: server(
        account(fields=[{"name": "a", "value": "<a href='https://a.example'>a</a>"}]),
        statuses=[status()], tagged=[status(account=account("ben"))], looked_up=account()),
    Platform.YOUTUBE: api(channel(1)),
    Platform.INSTAGRAM: lambda _: INSTAGRAM,
}  # fmt: skip


class ToldWire(Wire):
    """A wire at whose other end is a function; nothing else of it is another."""

    def __init__(self, about: About, tell: Callable[[Request], Any]) -> None:
        super().__init__(about, Network(), lambda: NOW, time.monotonic() + 60)
        self._tell = tell

    def get_json(
        self, url: str, params: Any = None, secret: Any = None, seconds: float = 1.0
    ) -> Any:
        query = {name: [str(value)] if isinstance(value, str | int) else list(value)
                 for name, value in {**(params or {}), **(secret or {})}.items()}  # fmt: skip
        said = self._tell(Request("/" + url.split("/", 3)[3], query, {}))
        if isinstance(said, Reply):
            raise Refused(self.gap(GapKind.REFUSED).gap, said.status, said.body)
        return said


SOURCES: dict[Platform, Callable[[], Any]] = {
    Platform.BLUESKY: Bluesky,
    Platform.MASTODON: lambda: Mastodon("mastodon.social"),
    Platform.YOUTUBE: lambda: YouTube(
        SecretStr("x"), Ledger(), MemoryCache(lambda: NOW), derived=True
    ),
    Platform.INSTAGRAM: lambda: Instagram(SecretStr("x"), "1"),
}


@pytest.mark.parametrize("platform", HONEST)
@settings(deadline=None)
@given(data=st.data())
def test_whatever_json_a_platform_answers_nothing_but_a_gap_comes_of_it(
    platform: Platform, data: st.DataObject
) -> None:
    wrong = data.draw(st.integers(1, 5), "which answer is wrong")
    answers = 0

    def tell(request: Request) -> Any:
        nonlocal answers
        answers += 1
        said = HONEST[platform](request)
        return data.draw(damaged(said), "said") if answers == wrong else said

    source = SOURCES[platform]()
    wire = ToldWire(source.about, tell)
    phrase = data.draw(st.text(max_size=10), "phrase")
    brought: list[Account] = []
    try:
        brought.extend(source.find(words(phrase), wire))
        brought.extend(source.with_posts(brought, wire))
        brought.extend([source.fetch("anna", wire)])
    except SourceGap as failure:
        assert failure.gap.said.endswith(".")
    for one in filter(None, brought):
        assert one.snapshot.handle
        one.model_dump_json().encode()


def test_an_honest_answer_brings_somebody() -> None:
    """Else the test above would try nothing."""
    for platform, tell in HONEST.items():
        source = SOURCES[platform]()
        wire = ToldWire(source.about, tell)
        assert source.fetch("c1" if platform is Platform.YOUTUBE else "anna", wire)
