"""What every live source is: one platform, one file, one signature."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable

from domain.look_up import Account, LookUpQuery
from domain.quota import DailyBudget
from sources.about import ANY_HOST, About
from sources.gaps import Refused, SourceGap
from sources.wire import Wire

__all__ = [
    "ANY_HOST",
    "About",
    "FetchesFigures",
    "Quota",
    "Refused",
    "SearchCache",
    "Source",
    "SourceGap",
    "Wire",
]


@runtime_checkable
class Source(Protocol):
    """A platform that can be asked about creators. Called from several threads at once."""

    @property
    def about(self) -> About:
        """What it is; the same at every call."""
        ...

    def find(self, query: LookUpQuery, wire: Wire) -> Iterable[Account]:
        """Accounts for a query, best first, given as they come in.

        What was given before a deadline or a gap is kept, so a generator serves best.

        Raises:
            SourceGap: it could not answer, or not in full.
        """
        ...

    def fetch(self, handle: str, wire: Wire) -> Account | None:
        """One account with its recent posts.

        Args:
            handle: without "@", or the platform's own id.

        Returns:
            None when there is none by that handle.

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


@runtime_checkable
class FetchesFigures(Protocol):
    """A source where an account's recent posts cost more than its figures, or anything at all."""

    def fetch_figures(self, handle: str, wire: Wire) -> Account | None:
        """As `fetch`, without the posts where nothing that may be kept follows from them."""
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
