"""Looking creators up where they are: what is asked of a platform, and what came back."""

import datetime as dt
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.creator import Platform, ProfileSnapshot


class LookUpQuery(BaseModel):
    """What to look for on every platform that is asked.

    words: search phrases, best first, each as a person would type it. followers: ranges of
    which one has to hold, both ends included, None = open; () = any size. country: ISO 3166-1
    alpha-2, upper case. language: ISO 639-1, lower case. limit: accounts wanted per source.
    """

    model_config = ConfigDict(frozen=True)

    words: tuple[str, ...]
    followers: tuple[tuple[int | None, int | None], ...] = ()
    country: str | None = None
    language: str | None = None
    limit: int = 50

    def wants(self, followers: int | None) -> bool:
        """Whether an account of this size is asked for; an unknown size only where any is."""
        if not self.followers:
            return True
        if followers is None:
            return False
        return any(
            (least is None or followers >= least) and (most is None or followers <= most)
            for least, most in self.followers
        )


class PostSeen(BaseModel):
    """One recent post with its counts. `None` is unknown, never 0.

    text: plain, cut. published_at: with its zone. comments: direct replies. shares: reposts
    and quotes.
    """

    model_config = ConfigDict(frozen=True)

    url: str
    text: str = ""
    published_at: dt.datetime | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    views: int | None = None


class Account(BaseModel):
    """An account as a platform showed it to us now.

    snapshot: what is kept as a dated snapshot; its `source` is the platform's name in lower
    case ("bluesky"). native_id: the platform's own id, which outlives a change of handle.
    posts: recent ones, newest first. keep_until: when the stored figures must be gone, by the
    platform's policy; refresh_by: when they must be fetched anew to be kept; None = no rule.
    may_derive: whether figures may be worked out from these (rates, averages, scores) and shown.
    """

    model_config = ConfigDict(frozen=True)

    snapshot: ProfileSnapshot
    native_id: str
    posts: tuple[PostSeen, ...] = ()
    keep_until: dt.datetime | None = None
    refresh_by: dt.datetime | None = None
    may_derive: bool = True


class GapKind(StrEnum):
    """Why a source brought nothing, or not all.

    OPTED_OUT: the account is there and asks not to be shown: what was stored of it goes.
    """

    UNREACHABLE = "unreachable"
    TOO_SLOW = "too_slow"
    GARBLED = "garbled"
    REFUSED = "refused"
    OUT_OF_QUOTA = "out_of_quota"
    SWITCHED_OFF = "switched_off"
    NOT_THERE = "not_there"
    OPTED_OUT = "opted_out"


class Gap(BaseModel):
    """What a source could not tell.

    source: the name people know it by ("Bluesky"). until: when asking again makes sense, as
    far as is known. said: one plain sentence for people, without markup.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    kind: GapKind
    until: dt.datetime | None = None
    said: str


class Answers(BaseModel):
    """What all sources brought together.

    accounts: by source, each source's own best first. gaps: at most one a source; a source
    with a gap may still have brought accounts. answered: names of the sources that answered
    in full, also with nothing. opted_out: platform and the platform's own id of accounts that
    were found and ask not to be shown; nothing else of them is here.
    """

    model_config = ConfigDict(frozen=True)

    accounts: tuple[Account, ...] = ()
    gaps: tuple[Gap, ...] = ()
    answered: tuple[str, ...] = ()
    opted_out: tuple[tuple[Platform, str], ...] = ()
