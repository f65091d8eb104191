"""All live sources together: asked at once, within one deadline."""

import time
from collections.abc import Callable, Iterable, Sequence

from domain.creator import Platform
from domain.look_up import Account, Answers, Gap, GapKind, LookUpQuery
from sources.asking import Asking
from sources.gaps import SourceGap, gap
from sources.line_up import NO_SOURCE, Line, SourceState
from sources.live_posts import LivePosts
from sources.live_settings import LiveSettings
from sources.source import FetchesFigures, Source, Wire

Question = Callable[[Wire], Iterable[Account]]


class LiveSources(LivePosts):
    """The sources that are switched on. One object a process; safe to use from all threads."""

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
            for line in self.ready()
            if line.source.about.finds and line.source.about.platform in wanted
        ]
        answers = self._ask(
            [(line, _finding(line.source, query)) for line in lines], deadline_seconds
        )
        searched = {line.source.about.platform for line in lines}
        missing = tuple(self.missing(each) for each in wanted if each not in searched)
        return answers.model_copy(update={"gaps": (*answers.gaps, *missing)})

    def with_posts(self, accounts: Sequence[Account], deadline_seconds: float = 20.0) -> Answers:
        """The same accounts with their recent posts, for those that are about to be shown.

        Costs units where the platform rations them. An account whose posts could not be had
        comes back as it was, in the order given.
        """
        questions: dict[str, tuple[Line, Question]] = {}
        for line in self.ready():
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
        for line in self.ready():
            if line.source.about.platform is platform:
                question = _fetching(line.source, handle, with_posts=with_posts)
                answers = self._ask([(line, question)], deadline - time.monotonic())
                if answers.accounts:
                    return answers.accounts[0]
                if any(each.kind is GapKind.OPTED_OUT for each in answers.gaps):
                    raise SourceGap(answers.gaps[0])
                gaps += answers.gaps or [gap(line.source.about.name, GapKind.NOT_THERE)]
        if not gaps:
            raise SourceGap(self.missing(platform, NO_SOURCE))
        failures = [each for each in gaps if each.kind is not GapKind.NOT_THERE]
        raise SourceGap((failures or gaps)[0])

    def _ask(self, questions: Sequence[tuple[Line, Question]], seconds: float) -> Answers:
        deadline = time.monotonic() + seconds
        askings = []
        for line, question in questions:
            wire = Wire(line.source.about, self.network, self.now, deadline)
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
            self.noticed(asking.source.about.name, failure.kind if failure else None)
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


__all__ = ["LiveSettings", "LiveSources", "SourceState"]
