"""Which partnership a post is of: by the account that its link or its platform names."""

from typing import NamedTuple

from domain.attaching import NotAttached, attach
from domain.post_link import PostLink
from domain.result_rows import ResultRow
from handlers import access
from handlers.partnership_lines import handle_label
from storage import overviews, partnership_posts, partnerships, result_imports
from storage.models import Partnership, Person
from storage.overviews import Overview
from storage.partnerships import Asked
from storage.transaction import Transaction

MOST_CHOICES = 90
_MINE = 60


class Choice(NamedTuple):
    """A partnership that a post may be of. label: plain text."""

    number: int
    label: str


def place(tx: Transaction, person: Person, link: PostLink, account: str = "") -> int | None:
    """The partnership that a post is of, where only one can be meant.

    account: who published it, as the platform says; "" = as the link says.
    """
    platform = link.platform.value if link.platform else ""
    row = ResultRow(
        row=0,
        url=link.url,
        handle=account or link.account,
        platform=platform,
        campaign="",
        day=tx.now.date().isoformat(),
        counts={},
    )
    hidden = access.hidden_brands(tx, person)
    seen = result_imports.candidates(tx, hidden)
    known = result_imports.known(tx, [row], seen, result_imports.brief_names(tx, hidden))
    found = attach(row, known)
    return None if isinstance(found, NotAttached) else found


def choices(tx: Transaction, person: Person, first: list[int]) -> list[Choice]:
    """Partnerships to choose from: these first, then one's own, then all others."""
    hidden = access.hidden_brands(tx, person)
    named = [row for number in first if (row := partnerships.get(tx, number, hidden))]
    mine = partnerships.page(tx, Asked(hidden, owner_id=person.id), 0, _MINE)
    others = partnerships.page(tx, Asked(hidden), 0, MOST_CHOICES)
    rows: dict[int, Partnership] = {row.id or 0: row for row in (*named, *mine, *others)}
    return [
        Choice(one.id, label_of(one))
        for one in overviews.overviews(tx, list(rows.values())[:MOST_CHOICES])
    ]


def label_of(one: Overview) -> str:
    """ "@anna · Spring Glow · live"."""
    who = handle_label(one.handle, one.name)
    return f"{who} · {one.brief or 'No brief'} · {one.plan.name(one.stage)}"


def already(tx: Transaction, person: Person, link: PostLink) -> Overview | None:
    """The partnership that has this post, if this person may see it."""
    hidden = access.hidden_brands(tx, person)
    for post in partnership_posts.known_as(tx, link.key):
        row = partnerships.get(tx, post.partnership_id, hidden)
        if row is not None:
            return overviews.overviews(tx, [row])[0]
    return None
