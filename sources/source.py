"""What every live source is: one platform, one file, one signature."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable

from domain.creator import Platform
from domain.look_up import Account, Gap, LookUpQuery
from domain.quota import DailyBudget
from sources.wire import Wire


@runtime_checkable
class Source(Protocol):
    """A platform that can be asked about creators.

    name: as people know it ("Bluesky"). platform: what its accounts live on. hosts: every host
    that it speaks to, lower case; the wire lets it speak to no other. finds: whether it can
    search by words; one that can't knows an account only by its handle. needs_key: whether it
    works only with a key of the operator's.
    """

    @property
    def name(self) -> str:
        """As people know it."""
        ...

    @property
    def platform(self) -> Platform:
        """What its accounts live on."""
        ...

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host that it speaks to."""
        ...

    @property
    def finds(self) -> bool:
        """Whether it can search by words."""
        ...

    @property
    def needs_key(self) -> bool:
        """Whether it works only with a key of the operator's."""
        ...

    def find(self, query: LookUpQuery, wire: Wire) -> Iterable[Account]:
        """Accounts for a query, best first, given as they come in.

        What was given before a deadline or a gap is kept, so a generator serves best.

        Raises:
            SourceGap: it could not answer, or not in full.
        """
        ...

    def fetch(self, handle: str, wire: Wire) -> Account | None:
        """One account with its recent posts; None when there is none by that handle.

        Args:
            handle: without "@", or the platform's own id.

        Raises:
            SourceGap: it could not answer; `OPTED_OUT` when the account asks not to be shown.
        """
        ...

    def with_posts(self, accounts: Sequence[Account], wire: Wire) -> Iterable[Account]:
        """The same accounts with their recent posts, where `find` leaves them out for their
        price; a source whose `find` brings posts gives the accounts back as they are.

        Raises:
            SourceGap: it could not answer, or not in full.
        """
        ...


class Quota(Protocol):
    """The ledger of what was spent today, shared by all processes."""

    def spend(self, budget: DailyBudget, units: int) -> bool:
        """Take units from today's budget; False, and nothing taken, where fewer are left."""
        ...


class SearchCache(Protocol):
    """Answers of searches that cost something, kept for a while."""

    def get(self, key: str) -> str | None:
        """What was kept under this key and is not past its time."""
        ...

    def put(self, key: str, value: str, keep_until: dt.datetime) -> None:
        """Keep an answer; the same key again replaces it."""
        ...


class SourceGap(Exception):
    """A source could not answer; `gap` says why, for people."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(gap.said)
        self.gap = gap
