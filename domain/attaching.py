"""Which partnership a row of results is of: by its post, else by creator, campaign and day."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from domain.creator import Platform
from domain.result_rows import ResultRow
from domain.text import fold
from domain.wording import PLATFORM_NAMES, counted

NAMES_NOBODY = "names no post, creator or campaign"


@dataclass(frozen=True)
class Candidate:
    """A partnership that results may be of. brief: its name, "" without one.

    since: the day on which it began, or its first post went live. until: the day on which it
    was declined; figures of one that is done go on growing.
    """

    number: int
    creator_id: int
    creator: str
    brief: str
    since: dt.date
    until: dt.date | None = None


@dataclass
class Known:
    """What rows are looked up in. posts: partnerships by link. accounts: creators by handle and
    platform, platform "" = on any. partnerships: all that the person may see. removed: handles of
    creators whom the team has removed, as rows name them: nothing is kept of who they are.
    """

    posts: Mapping[str, Collection[int]]
    accounts: Mapping[tuple[str, str], Collection[int]]
    partnerships: Mapping[int, Candidate]
    briefs: frozenset[str] = frozenset()
    removed: frozenset[tuple[str, str]] = frozenset()
    _of: dict[int, list[Candidate]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort partnerships by creator."""
        for one in self.partnerships.values():
            self._of.setdefault(one.creator_id, []).append(one)

    def of_creators(self, creator_ids: Collection[int]) -> list[Candidate]:
        """The partnerships with these creators."""
        return [one for number in creator_ids for one in self._of.get(number, ())]


@dataclass(frozen=True)
class NotAttached:
    """Why a row is of no partnership, or of none for sure: a phrase after "Row 5"."""

    reason: str


def attach(row: ResultRow, known: Known) -> int | NotAttached:
    """The partnership that a row is of; never a guess.

    A link that is a post of a partnership decides. Else the creator's partnerships are narrowed
    by the campaign and, where several are left, by the day.
    """
    creators = _creators(row, known)
    by_post = [known.partnerships[n] for n in known.posts.get(row.url, ())
               if n in known.partnerships] if row.url else []  # fmt: skip
    if by_post:
        return _by_post(row, known, by_post, creators)
    if isinstance(creators, NotAttached):
        return creators
    if creators is None:
        if not row.campaign:
            return NotAttached(_unknown_post(row))
        return _by_campaign(row, known)
    return _by_creator(row, known, creators)


def _by_post(
    row: ResultRow,
    known: Known,
    found: Sequence[Candidate],
    creators: Collection[int] | NotAttached | None,
) -> int | NotAttached:
    if not isinstance(creators, NotAttached) and creators is not None:
        theirs = [one for one in found if one.creator_id in creators]
        if not theirs:
            return NotAttached(
                f"links to a post of {found[0].creator}, but names @{row.handle.lstrip('@')}"
            )
        found = theirs
    return _one_of(_of_brief(row, known, found) or found, row, f"with the post {row.url}")


def _by_creator(row: ResultRow, known: Known, creators: Collection[int]) -> int | NotAttached:
    who = f"@{row.handle.lstrip('@')}"
    found = known.of_creators(creators)
    if not found:
        return NotAttached(f"has no partnership: nobody logged one with {who}")
    if row.campaign:
        if fold(row.campaign) not in known.briefs:
            return NotAttached(f"names a campaign that is no brief here: “{row.campaign[:60]}”")
        found = _of_brief(row, known, found)
        if not found:
            return NotAttached(f"has no partnership: none with {who} for “{row.campaign[:60]}”")
    return _one_of(found, row, f"with {who}")


def _by_campaign(row: ResultRow, known: Known) -> int | NotAttached:
    if fold(row.campaign) not in known.briefs:
        return NotAttached(f"names no creator, and no brief is called “{row.campaign[:60]}”")
    found = _of_brief(row, known, list(known.partnerships.values()))
    if not found:
        return NotAttached(f"has no partnership: none for “{row.campaign[:60]}”")
    if len(found) > 1:
        many = counted(len(found), "partnership")
        return NotAttached(f"names no creator, and “{row.campaign[:60]}” has {many}")
    return found[0].number


def _of_brief(row: ResultRow, known: Known, found: Sequence[Candidate]) -> list[Candidate]:
    wanted = fold(row.campaign) if row.campaign else ""
    return [one for one in found if wanted and fold(one.brief) == wanted]


def _one_of(found: Sequence[Candidate], row: ResultRow, about: str) -> int | NotAttached:
    """The only one, or the only one that was going on that day."""
    if len(found) == 1:
        return found[0].number
    then = [one for one in found if _goes_on(one, row.as_of)]
    if len(then) == 1:
        return then[0].number
    many = counted(len(then or found), "partnership")
    return NotAttached(f"may be of {many} {about}: add its post link or its campaign")


def _goes_on(one: Candidate, day: dt.date) -> bool:
    return one.since <= day and (one.until is None or day <= one.until)


def _creators(row: ResultRow, known: Known) -> Collection[int] | NotAttached | None:
    """The creator that a row names; None where it names none."""
    if not row.handle:
        return None
    if (row.handle, row.platform) in known.removed:
        return NotAttached("is of a creator whom your team has removed")
    found = known.accounts.get((row.handle, row.platform), ())
    who = f"@{row.handle.lstrip('@')}"
    if not found:
        on = f" on {PLATFORM_NAMES[Platform(row.platform)]}" if row.platform else ""
        return NotAttached(f"has no partnership: {who}{on} is not on the list of creators")
    if len(set(found)) > 1:
        return NotAttached(f"names {who}, who is on several platforms: add the platform")
    return found


def _unknown_post(row: ResultRow) -> str:
    if row.url:
        return "links to a post that is of no partnership, and names no creator"
    return NAMES_NOBODY
