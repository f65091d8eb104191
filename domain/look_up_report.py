"""What came of asking a platform, and when the same is worth asking again."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from itertools import islice, product
from typing import Self

from pydantic import BaseModel, ConfigDict

from domain.look_up import Gap, GapKind, LookUpQuery
from domain.wording import counted

ASKED_AGAIN_AFTER = dt.timedelta(hours=6)
"""The same question is not put to a platform again before this."""
MOST_PHRASES = 4


class PlatformReport(BaseModel):
    """What one platform said to one question.

    at: when. found: accounts it showed. matched_before: creators that matched the search on this
    platform before it was asked, brought: how many more do since. gap: why it said nothing or
    not all; said: the same as a sentence for people, until: when asking again makes sense.
    """

    model_config = ConfigDict(frozen=True)

    at: dt.datetime | None = None
    found: int = 0
    matched_before: int = 0
    brought: int = 0
    gap: GapKind | None = None
    said: str = ""
    until: dt.datetime | None = None

    def with_gap(self, gap: Gap) -> Self:
        """The same, with what was missing."""
        return self.model_copy(update={"gap": gap.kind, "said": gap.said, "until": gap.until})

    def stands(self, now: dt.datetime) -> bool:
        """Whether it still answers the question: it was in full, and not long ago."""
        return self.gap is None and self.at is not None and now - self.at < ASKED_AGAIN_AFTER


def asked_key(groups: Iterable[Sequence[str]], query: LookUpQuery) -> str:
    """The same for questions that ask a platform the same, however they were typed.

    groups: what has to hold, each by what is meant (ids of niches, folded words).
    """
    meant = sorted(sorted(group) for group in groups)
    said = query.model_dump(mode="json", exclude={"words"})
    told = json.dumps([meant, said], sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(told.encode(errors="replace"), digest_size=12).hexdigest()


def phrases(groups: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Phrases to search for, best first, each once.

    Args:
        groups: what has to hold, each with its spellings, the one that was typed first. Every
            phrase has one spelling of each group.
    """
    filled = [tuple(group) for group in groups if group]
    if not filled:
        return ()
    joined = (" ".join(chosen) for chosen in islice(product(*filled), MOST_PHRASES * 4))
    unlike: dict[str, str] = {}
    for phrase in joined:
        unlike.setdefault(phrase.casefold(), phrase)
    return tuple(unlike.values())[:MOST_PHRASES]


def ago(then: dt.datetime, now: dt.datetime) -> str:
    """How long ago something was: "just now", "12 min ago", "2 h ago", "3 days ago"."""
    minutes = int((now - then).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days ago"


def brought_words(report: PlatformReport) -> str:
    """ "14 more", or why there are none: "nobody new", "20 accounts, none of whom matches"."""
    if report.brought:
        return f"{report.brought:,} more"
    if report.found:
        return f"{counted(report.found, 'account')}, none of them new here and matching"
    return "nobody"
