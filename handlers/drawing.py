"""Cards and summaries as they stand now, posted or redrawn from what is stored."""

from collections.abc import Iterable
from typing import Any

from domain.forgetting import REMOVED
from domain.shortlist import CardState
from domain.votes import SEEDS
from handlers import card_views, client_cards, draft_cards
from storage import cards, outbox, redraws, shortlists
from storage.cards import number_of
from storage.models import Card, Shortlist
from storage.transaction import Transaction
from views import card as card_view
from views import forgetting as forgetting_view
from views import summary as summary_view
from views.message import Message


def card_key(card_id: int) -> str:
    """What a card's messages are about, and the key of the first of them."""
    return f"card:{card_id}"


def summary_key(shortlist_id: int) -> str:
    """What a summary's messages are about, and the key of the first of them."""
    return f"summary:{shortlist_id}"


def message_of(tx: Transaction, card: Card, shortlist: Shortlist) -> Message:
    """A card as it stands: the team's, a client's, a draft's, or that of somebody removed."""
    if card.profile.get("handle") == REMOVED:
        return forgetting_view.card(CardState(card.state))
    if shortlist.kind == shortlists.DRAFT:
        return draft_cards.message_of(tx, card, shortlist)
    if shortlist.kind == shortlists.CLIENT:
        return card_view.card(client_cards.view_of(tx, card, shortlist))
    return card_view.card(card_views.view_of(tx, card, shortlist))


def post_card(tx: Transaction, card: Card, shortlist: Shortlist) -> None:
    """Post a card for the first time, in the summary's thread or in the channel."""
    key = card_key(number_of(card))
    thread = summary_key(shortlists.number_of(shortlist)) if shortlist.in_thread else None
    _post(tx, key, shortlist, message_of(tx, card, shortlist), key, thread)


def seed_card(tx: Transaction, card: Card, shortlist: Shortlist) -> None:
    """Put the vote reactions on a card, behind all that is posted; without the scope none come."""
    key = card_key(number_of(card))
    for emoji in SEEDS if shortlist.channel_id else ():
        outbox.call(
            tx, f"seed:{key}:{emoji}", "reactions.add", f"{shortlist.channel_id}:seeds",
            {"name": emoji}, changes=key,
        )  # fmt: skip


def redraw(tx: Transaction, shown: Iterable[tuple[Card, Shortlist]]) -> None:
    """Edit the newest messages of cards and of the summaries of their shortlists."""
    redraws.redraw(
        tx,
        *(
            about
            for card, shortlist in shown
            for about in (card_key(number_of(card)), summary_key(shortlists.number_of(shortlist)))
        ),
    )


def redraw_card(tx: Transaction, card: Card) -> None:
    """Edit the card's newest message."""
    redraws.redraw(tx, card_key(number_of(card)))


def post_card_again(tx: Transaction, card: Card, shortlist: Shortlist) -> None:
    """Post a card anew, under a key of its own: from now on this message is edited."""
    about = card_key(number_of(card))
    key = f"{about}:{len(outbox.posted_about(tx, about)) + 1}"
    root = newest_key(tx, summary_key(card.shortlist_id)) if shortlist.in_thread else None
    _post(tx, key, shortlist, message_of(tx, card, shortlist), about, root)


def post_summary_again(tx: Transaction, shortlist: Shortlist) -> None:
    """Post the summary anew; the approvers are mentioned, for they have to find it."""
    about = summary_key(shortlists.number_of(shortlist))
    key = f"{about}:{len(outbox.posted_about(tx, about)) + 1}"
    message = summary_view.summary(card_views.summary_of(tx, shortlist, mention=True))
    _post(tx, key, shortlist, message, about)


def post_summary(tx: Transaction, shortlist: Shortlist) -> None:
    """Post the summary, which mentions the approvers."""
    key = summary_key(shortlists.number_of(shortlist))
    message = summary_view.summary(card_views.summary_of(tx, shortlist, mention=True))
    _post(tx, key, shortlist, message, key)


def redraw_summary(tx: Transaction, shortlist: Shortlist) -> None:
    """Edit the summary's newest message; nobody is notified."""
    redraws.redraw(tx, summary_key(shortlists.number_of(shortlist)))


def card_now(tx: Transaction, card_id: int) -> dict[str, Any] | None:
    """A card's message as it is to stand now; None = there is no such card any more."""
    card = cards.get(tx, card_id)
    shortlist = shortlists.get(tx, card.shortlist_id) if card else None
    return message_of(tx, card, shortlist).payload() if card and shortlist else None


def summary_now(tx: Transaction, shortlist_id: int) -> dict[str, Any] | None:
    """A summary as it is to stand now; None = there is no such shortlist any more."""
    shortlist = shortlists.get(tx, shortlist_id)
    return (
        summary_view.summary(card_views.summary_of(tx, shortlist)).payload() if shortlist else None
    )


def say_all_decided(tx: Transaction, shortlist: Shortlist) -> None:
    """Say once that the whole shortlist is decided; later changes edit that message."""
    number = shortlists.number_of(shortlist)
    message = summary_view.all_decided(card_views.summary_of(tx, shortlist))
    _say_once(tx, f"decided:{number}", shortlist, number, message)
    tell_team(tx, shortlist)


def say_draft_decided(tx: Transaction, card: Card, shortlist: Shortlist) -> None:
    """Say once below a draft's card what was decided; later changes edit that message."""
    key = f"decided:{shortlists.number_of(shortlist)}"
    message = draft_cards.said_of(tx, card, shortlist).payload()
    root = newest_key(tx, card_key(number_of(card)))
    if not outbox.post(tx, key, shortlist.channel_id, message, reply_to=root):
        outbox.update_posted(tx, key, message)


def tell_team(tx: Transaction, shortlist: Shortlist) -> None:
    """Say once in the team's thread what the client decided, and why; later changes edit that."""
    first = shortlists.get(tx, shortlist.first_id) if shortlist.first_id else None
    if first is None:
        return
    view = card_views.with_reasons(tx, card_views.summary_of(tx, shortlist), shortlist)
    message = summary_view.client_decided(view)
    _say_once(tx, _told_key(shortlist), first, shortlists.number_of(first), message)


def correct_all_decided(tx: Transaction, shortlist: Shortlist) -> None:
    """A card was reopened after the whole shortlist was said to be decided."""
    if shortlist.kind == shortlists.DRAFT:
        return
    message = summary_view.all_decided(card_views.summary_of(tx, shortlist)).payload()
    outbox.update_posted(tx, f"decided:{shortlists.number_of(shortlist)}", message)
    if shortlist.first_id is not None:
        view = card_views.with_reasons(tx, card_views.summary_of(tx, shortlist), shortlist)
        outbox.update_posted(tx, _told_key(shortlist), summary_view.client_decided(view).payload())


def link_to_summary(tx: Transaction, workspace_url: str, shortlist: Shortlist) -> str | None:
    """The address of the summary in Slack; None while it, or the workspace's, is not known."""
    posted = outbox.posted_about(tx, summary_key(shortlists.number_of(shortlist)))
    if not posted or not posted[-1].ts or not workspace_url:
        return None
    stamp = posted[-1].ts.replace(".", "")
    return f"{workspace_url.rstrip('/')}/archives/{posted[-1].channel_id}/p{stamp}"


def _told_key(shortlist: Shortlist) -> str:
    return f"client-decided:{shortlists.number_of(shortlist)}"


def _say_once(
    tx: Transaction, key: str, where: Shortlist, thread_of: int, message: Message
) -> None:
    root = newest_key(tx, summary_key(thread_of))
    if where.channel_id and not outbox.post(
        tx, key, where.channel_id, message.payload(), reply_to=root
    ):
        outbox.update_posted(tx, key, message.payload())


def _post(
    tx: Transaction,
    key: str,
    where: Shortlist,
    message: Message,
    about: str,
    reply_to: str | None = None,
) -> None:
    """Post in a shortlist's channel; a client without Slack has none."""
    if where.channel_id:
        outbox.post(tx, key, where.channel_id, message.payload(), about=about, reply_to=reply_to)


def newest_key(tx: Transaction, about: str) -> str | None:
    """The key of the newest message that shows this."""
    posted = outbox.posted_about(tx, about)
    return posted[-1].message_key if posted else None
