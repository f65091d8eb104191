"""Who reads the channel of a shortlist: where outsiders do, its messages hold nothing internal."""

from typing import Any

from handlers import card_views, channels, drawing
from handlers.context import Context
from handlers.features import Feature
from storage import cards, jobs, people, shortlists
from storage.transaction import Transaction


def somebody_joined(event: dict[str, Any], context: Context) -> None:
    """Somebody joined a channel: unless they are known as one of us, see who reads it now."""
    channel_id, slack_user_id = str(event["channel"]), str(event["user"])
    with context.reading() as tx:
        shown = any(one.has_outsiders is False for one in shortlists.in_channel(tx, channel_id))
        if not shown or people.insiders(tx, [slack_user_id]):
            return
    with context.writing() as tx:
        ask_later(tx, channel_id)


def look_again(context: Context) -> None:
    """Every hour: who reads the channels in which something is to be decided may have changed."""
    with context.reading() as tx:
        waiting = shortlists.open_channels(tx)
    if waiting:
        with context.writing() as tx:
            for channel_id in waiting:
                ask_later(tx, channel_id)


def ask_later(tx: Transaction, channel_id: str) -> None:
    """Have Slack asked who reads a channel, and the shortlists there drawn accordingly."""
    key = f"shortlist.audience:{channel_id}:{tx.now.isoformat()}"
    jobs.add(tx, "shortlist.audience", key, {"channel_id": channel_id})


def see_who_reads(payload: dict[str, Any], context: Context) -> None:
    """Ask Slack who reads a channel; a job, {"channel_id"}. What changes is drawn anew."""
    channel = channels.ask(context, str(payload["channel_id"]))
    if channel.problem:
        return
    with context.reading() as tx:
        known = shortlists.in_channel(tx, str(payload["channel_id"]))
    for one in known:
        if one.has_outsiders is not channel.has_outsiders:
            _keep(context, shortlists.number_of(one), channel.has_outsiders)


def _keep(context: Context, shortlist_id: int, has_outsiders: bool) -> None:
    with context.writing() as tx:
        shortlist = shortlists.lock(tx, shortlist_id)
        if shortlist is None:
            return
        shown_before = card_views.may_be_read_outside(shortlist)
        shortlist.has_outsiders = has_outsiders
        tx.session.add(shortlist)
        if card_views.may_be_read_outside(shortlist) == shown_before:
            return
        drawing.redraw_summary(tx, shortlist)
        for card in cards.of_shortlist(tx, shortlist_id):
            drawing.redraw_card(tx, card)


FEATURE = Feature(
    events={"member_joined_channel": (somebody_joined,)},
    jobs={"shortlist.audience": see_who_reads},
    hourly=(look_again,),
)
