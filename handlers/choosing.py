"""Which of the creators that were chosen come onto a shortlist, and why the others don't."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from domain.restriction import Kind
from domain.shortlist import CardState
from domain.wording import listed
from handlers import card_views
from handlers.answer import Refused
from storage import cards, decisions, people, profiles, restrictions
from storage.models import Brief, Card, Person
from storage.profiles import Current
from storage.transaction import Transaction
from views.creator_facts import plain_handle
from views.shortlist import Skipped


def sort_out(
    tx: Transaction, brief: Brief, profile_ids: Sequence[int], asker: Person
) -> tuple[list[Current], list[Skipped]]:
    """Creators to post, each once and in order, and those who are left out.

    That is who was on this brief's shortlists before, and whom nobody may work with.

    Raises:
        Refused: none of the profiles is there any more.
    """
    known = profiles.current(tx, profile_ids)
    wanted: dict[int, Current] = {}
    for number in profile_ids:
        if number in known:
            wanted.setdefault(known[number].profile.creator_id, known[number])
    if not wanted:
        raise Refused("These creators are no longer in your list.")
    before = cards.on_brief(tx, brief.id or 0, list(wanted))
    blocked = _blocked(tx, [number for number in wanted if number not in before], asker)
    fresh = [one for number, one in wanted.items() if number not in {*before, *blocked}]
    skipped = [
        Skipped(plain_handle(wanted[number].snapshot), words) for number, words in blocked.items()
    ]
    skipped += [
        Skipped(plain_handle(wanted[creator_id].snapshot), _said(tx, card, asker))
        for creator_id, (card, _) in before.items()
    ]
    return fresh, skipped


def _blocked(tx: Transaction, creator_ids: Sequence[int], asker: Person) -> dict[int, str]:
    """Whom nobody may put on a shortlist, with the reason: "blocked until …: fake comments"."""
    today = tx.now.astimezone(ZoneInfo(asker.timezone)).date()
    held = restrictions.in_force(tx, creator_ids, today)
    return {
        number: one.words
        for number, some in held.items()
        for one in some[:1]
        if one.kind is Kind.BLOCKED
    }


def _said(tx: Transaction, card: Card, asker: Person) -> str:
    """What became of an earlier card: "rejected by Ana on 3 March: fake comments"."""
    zone = ZoneInfo(asker.timezone)
    names = people.names(tx, card.decided_by)
    reason = decisions.last_reason(tx, card)
    why = f": {reason}" if reason else ""
    if card.decided_at is None:
        since = card.created_at.astimezone(zone)
        return f"{CardState(card.state)} since {since.day} {since:%B %Y}{why}"
    on = card.decided_at.astimezone(zone)
    by = listed([names.get(one, card_views.SOMEBODY) for one in card.decided_by])
    return f"{CardState(card.state)} by {by} on {on.day} {on:%B %Y}{why}"
