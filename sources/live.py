"""All live sources together: asked at once, within one deadline."""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple, TypeVar, cast

from pydantic import BaseModel, ConfigDict, SecretStr

from domain.comments import CommentSeen
from domain.creator import Platform
from domain.look_up import Account, Answers, Gap, GapKind, LookUpQuery
from domain.post_link import PostLink
from domain.post_reading import PostAsked
from domain.wording import PLATFORM_NAMES
from sources import bluesky, instagram, mastodon, short_links, youtube
from sources.asking import MOST_AT_ONCE, Asking
from sources.comment_reader import ReadsComments
from sources.gaps import SourceGap, gap
from sources.installed import installed_sources
from sources.memory_cache import MemoryCache
from sources.network import Network
from sources.post_reader import PostAnswer, ReadsPosts
from sources.source import FetchesFigures, Quota, SearchCache, Source, Wire

Question = Callable[[Wire], Iterable[Account]]

log = logging.getLogger(__name__)

Told = TypeVar("Told")

_SWITCHED_OFF = "Looking creators up is switched off here (LIVE_SOURCES)."
_NO_SOURCE = "Creators on {} can't be looked up here."
_NO_SEARCH = "{} can't be searched by words, only asked for a handle."
_NO_COMMENTS = "Comments on {} can't be read here."
_NO_POSTS = "Posts on {} can't be looked up here."


class LiveSettings(BaseModel):
    """What the operator decided; docs/settings.md explains each."""

    model_config = ConfigDict(frozen=True)

    live_sources: bool = True
    comments: bool = True
    bluesky_base_url: str = bluesky.BASE_URL
    mastodon_servers: tuple[str, ...] = mastodon.SERVERS
    youtube_base_url: str = youtube.BASE_URL
    youtube_api_key: SecretStr | None = None
    youtube_derived_figures: bool = False
    instagram_base_url: str = instagram.BASE_URL
    instagram_token: SecretStr | None = None
    instagram_user_id: str = ""


class SourceState(BaseModel):
    """One source as `doctor` and the settings show it.

    ready: it can be asked. finds: it can search by words. why_not: one sentence where it
    can't be asked.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    platform: Platform
    hosts: tuple[str, ...]
    finds: bool
    ready: bool
    why_not: str = ""


class _Line(NamedTuple):
    """A source and the questions that it may be at."""

    source: Source
    places: threading.Semaphore


class LiveSources:
    """The sources that are switched on. One object a process; safe to use from all threads.

    Args:
        settings: what the operator decided.
        now: the product's clock, with its zone.
        quota: the ledger of what paid or rationed calls were made.
        cache: keeps the answers of rationed searches; without it they last as long as this
            object does.
        network: paces and name resolution; tests bring their own.
    """

    def __init__(
        self,
        settings: LiveSettings,
        now: Callable[[], dt.datetime],
        quota: Quota,
        cache: SearchCache | None = None,
        network: Network | None = None,
    ) -> None:
        self._on = settings.live_sources
        self._comments = settings.comments
        self._now = now
        self._network = network or Network()
        self._built_in = _built_in(settings, quota, cache or MemoryCache(now))

    @cached_property
    def _installed(self) -> tuple[tuple[Source, ...], tuple[str, ...]]:
        """Looked for when first needed: a start that asks nobody does not wait for it."""
        return installed_sources() if self._on else ((), ())

    @cached_property
    def _lines(self) -> tuple[_Line, ...]:
        sources = (*self._built_in, *self._installed[0])
        return tuple(_Line(each, threading.Semaphore(MOST_AT_ONCE)) for each in sources)

    def problems(self) -> tuple[str, ...]:
        """A sentence for each installed source that could not be loaded."""
        return self._installed[1]

    def states(self) -> tuple[SourceState, ...]:
        """Every source there is, also those that are not ready. Asks nobody."""
        return tuple(
            SourceState(
                name=about.name,
                platform=about.platform,
                hosts=about.hosts,
                finds=about.finds,
                ready=self._on and not about.why_not,
                why_not=about.why_not if self._on else _SWITCHED_OFF,
            )
            for about in (line.source.about for line in self._lines)
        )

    def platforms(self) -> tuple[Platform, ...]:
        """Platforms that can be searched by words now."""
        found = (each.platform for each in self.states() if each.ready and each.finds)
        return tuple(dict.fromkeys(found))

    def fan_out(
        self,
        query: LookUpQuery,
        platforms: Sequence[Platform] | None = None,
        deadline_seconds: float = 20.0,
    ) -> Answers:
        """Ask all sources of these platforms (None: all that are ready) at the same time.

        Never fails and never takes longer than the deadline: what a source had brought by then
        is kept, and the source gets a gap. A platform that was named, but has no source that can
        search, gets a gap as well.
        """
        wanted = self.platforms() if platforms is None else tuple(dict.fromkeys(platforms))
        lines = [
            line
            for line in self._ready()
            if line.source.about.finds and line.source.about.platform in wanted
        ]
        answers = self._ask(
            [(line, _finding(line.source, query)) for line in lines], deadline_seconds
        )
        searched = {line.source.about.platform for line in lines}
        missing = tuple(self._missing(each) for each in wanted if each not in searched)
        return answers.model_copy(update={"gaps": (*answers.gaps, *missing)})

    def with_posts(self, accounts: Sequence[Account], deadline_seconds: float = 20.0) -> Answers:
        """The same accounts with their recent posts, for those that are about to be shown.

        Costs units where the platform rations them. An account whose posts could not be had
        comes back as it was, in the order given.
        """
        questions: dict[str, tuple[_Line, Question]] = {}
        for line in self._ready():
            key = line.source.about.key
            own = [each for each in accounts if each.snapshot.source == key]
            if own:
                questions.setdefault(key, (line, _posts(line.source, own)))
        answers = self._ask(list(questions.values()), deadline_seconds)
        found = {(each.snapshot.platform, each.native_id): each for each in answers.accounts}
        same = [found.get((each.snapshot.platform, each.native_id), each) for each in accounts]
        return answers.model_copy(update={"accounts": tuple(same)})

    def fetch_one(
        self,
        platform: Platform,
        handle: str,
        deadline_seconds: float = 15.0,
        *,
        with_posts: bool = True,
    ) -> Account:
        """One account now, with its recent posts.

        Where a platform has several sources they are asked one after the other.

        Args:
            with_posts: they are wanted even where they cost more than the account's figures.

        Raises:
            SourceGap: why not; `NOT_THERE` when there is no such account; `OPTED_OUT` when it
                asks not to be shown; `SWITCHED_OFF` when no source of this platform is ready.
        """
        deadline = time.monotonic() + deadline_seconds
        gaps: list[Gap] = []
        for line in self._ready():
            if line.source.about.platform is platform:
                question = _fetching(line.source, handle, with_posts=with_posts)
                answers = self._ask([(line, question)], deadline - time.monotonic())
                if answers.accounts:
                    return answers.accounts[0]
                if any(each.kind is GapKind.OPTED_OUT for each in answers.gaps):
                    raise SourceGap(answers.gaps[0])
                gaps += answers.gaps or [gap(line.source.about.name, GapKind.NOT_THERE)]
        if not gaps:
            raise SourceGap(self._missing(platform, _NO_SOURCE))
        failures = [each for each in gaps if each.kind is not GapKind.NOT_THERE]
        raise SourceGap((failures or gaps)[0])

    def shows_posts(self) -> tuple[Platform, ...]:
        """Platforms whose single posts can be asked for now."""
        platforms = (line.source.about.platform for line in self._post_readers())
        return tuple(dict.fromkeys(platforms))

    def read_posts(
        self, platform: Platform, asked: Sequence[PostAsked], deadline_seconds: float = 20.0
    ) -> tuple[list[PostAnswer], Gap | None]:
        """Single posts of one platform, as far as they could be had by the deadline.

        Returns:
            what was answered, and why there is not more. A post of which nothing is said could
            not be asked for now.
        """
        line = next((o for o in self._post_readers() if o.source.about.platform is platform), None)
        if line is None:
            return [], self._missing(platform, _NO_POSTS)
        reader = cast(ReadsPosts, line.source)
        return self._ask_one(line, lambda wire: reader.read_posts(asked, wire), deadline_seconds)

    @property
    def reads_comments(self) -> bool:
        """Whether the operator has comments under posts read at all."""
        return self._on and self._comments

    def shows_comments(self) -> tuple[Platform, ...]:
        """Platforms whose comments under posts can be read now, and may be."""
        platforms = (line.source.about.platform for line in self._comment_readers())
        return tuple(dict.fromkeys(platforms))

    def read_comments(
        self, asked: PostAsked, deadline_seconds: float = 10.0
    ) -> tuple[list[CommentSeen], Gap | None]:
        """Comments under one post, and why there are not more."""
        line = next(
            (o for o in self._comment_readers() if o.source.about.platform is asked.platform), None
        )
        if line is None:
            return [], self._missing(asked.platform, _NO_COMMENTS)
        reader = cast(ReadsComments, line.source)
        return self._ask_one(line, lambda wire: reader.read_comments(asked, wire), deadline_seconds)

    def follow(self, link: PostLink) -> PostLink:
        """The post that a short link stands for.

        Raises:
            SourceGap: it leads to none, nobody could be asked, or looking up is switched off.
        """
        if not self._on:
            raise SourceGap(gap("LIVE_SOURCES", GapKind.SWITCHED_OFF, _SWITCHED_OFF))
        return short_links.resolve(link, self._network, self._now)

    def _post_readers(self) -> list[_Line]:
        """Sources that show single posts and can be asked."""
        return [line for line in self._ready() if isinstance(line.source, ReadsPosts)]

    def _comment_readers(self) -> list[_Line]:
        """Sources that show comments and can be asked; none where the operator reads none."""
        ready = self._ready() if self.reads_comments else []
        return [line for line in ready if isinstance(line.source, ReadsComments)]

    def _ask_one(
        self, line: _Line, question: Callable[[Wire], Iterable[Told]], seconds: float
    ) -> tuple[list[Told], Gap | None]:
        """What one source tells by the deadline, and why there is not more."""
        name = line.source.about.name
        if not line.places.acquire(blocking=False):
            return [], gap(name, GapKind.TOO_SLOW, "{} is still busy with earlier questions.")
        wire = Wire(line.source.about, self._network, self._now, time.monotonic() + seconds)
        told: list[Told] = []
        try:
            for each in question(wire):
                told.append(each)  # what came before a gap is kept
        except SourceGap as missing:
            return told, missing.gap
        except Exception:  # one source's mistake is a gap, as for look-ups
            log.exception("%s could not be asked", name)
            return told, gap(name, GapKind.GARBLED)
        finally:
            wire.close()
            line.places.release()
        return told, None

    def _ask(self, questions: Sequence[tuple[_Line, Question]], seconds: float) -> Answers:
        deadline = time.monotonic() + seconds
        askings = []
        for line, question in questions:
            wire = Wire(line.source.about, self._network, self._now, deadline)
            askings.append(Asking(line.source, question, wire, line.places))
        for asking in askings:
            asking.start()
        accounts: dict[tuple[Platform, str], Account] = {}
        gaps: list[Gap] = []
        answered: list[str] = []
        opted_out: list[tuple[Platform, str]] = []
        for asking in askings:
            asking.wait(deadline)
            found, failure = asking.result()
            platform = asking.source.about.platform
            opted_out += [(platform, each) for each in sorted(asking.opted_out())]
            for account in found:
                accounts.setdefault((account.snapshot.platform, account.native_id), account)
            if failure:
                gaps.append(failure)
            else:
                answered.append(asking.source.about.name)
        return Answers(
            accounts=tuple(accounts.values()),
            gaps=tuple(gaps),
            answered=tuple(answered),
            opted_out=tuple(opted_out),
        )

    def _ready(self) -> list[_Line]:
        """The sources that can be asked."""
        return [line for line in self._lines if self._on and not line.source.about.why_not]

    def _missing(self, platform: Platform, said: str | None = None) -> Gap:
        """The gap of a platform that nobody could be asked about."""
        of_platform = [each for each in self.states() if each.platform is platform]
        why_not = next((each.why_not for each in of_platform if each.why_not), None)
        if why_not is None and said is None:
            said = _NO_SEARCH if of_platform else _NO_SOURCE
        if not self._on:
            why_not = _SWITCHED_OFF
        return gap(PLATFORM_NAMES[platform], GapKind.SWITCHED_OFF, why_not or said)


def _built_in(settings: LiveSettings, quota: Quota, cache: SearchCache) -> tuple[Source, ...]:
    return (
        bluesky.Bluesky(settings.bluesky_base_url),
        *(
            mastodon.Mastodon(server, asks_home=place == 0)
            for place, server in enumerate(settings.mastodon_servers)
        ),
        youtube.YouTube(
            settings.youtube_api_key,
            quota,
            cache,
            derived=settings.youtube_derived_figures,
            base_url=settings.youtube_base_url,
        ),
        instagram.Instagram(
            settings.instagram_token,
            settings.instagram_user_id,
            base_url=settings.instagram_base_url,
        ),
    )


def _finding(source: Source, query: LookUpQuery) -> Question:
    return lambda wire: source.find(query, wire)


def _posts(source: Source, accounts: Sequence[Account]) -> Question:
    return lambda wire: source.with_posts(accounts, wire)


def _fetching(source: Source, handle: str, *, with_posts: bool) -> Question:
    def ask(wire: Wire) -> Iterable[Account]:
        if isinstance(source, FetchesFigures) and not with_posts:
            found = source.fetch_figures(handle, wire)
        else:
            found = source.fetch(handle, wire)
        return (found,) if found else ()

    return ask
