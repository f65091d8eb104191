"""What the asker is told when a shortlist's messages are gone, and a new approver."""

import json
from typing import Any

from domain.wording import counted
from views import elements
from views.card_view import CardView
from views.creator_facts import plain_handle
from views.elements import actions, button, escape, section
from views.message import Message
from views.summary import SummaryView, change_approvers


def card_deleted(view: CardView, channel_id: str) -> Message:
    """A card's message was deleted."""
    handle = plain_handle(view.profile)
    said = (
        f"The card of {escape(handle)} for {escape(view.brief)} in <#{channel_id}> was deleted. "
        "Its votes and its decision are kept."
    )
    again = button(f"Post {handle} again", f"card_repost:{view.card_id}", str(view.card_id))
    return Message(text=said, blocks=[section(said), actions(again)])


def summary_deleted(view: SummaryView, channel_id: str) -> Message:
    """A summary's message was deleted."""
    said = (
        f"The summary of your shortlist for {escape(view.brief)} in <#{channel_id}> was deleted. "
        "Nothing is lost: `/influencer shortlist` shows where it stands."
    )
    return Message(text=said, blocks=[section(said), actions(_move(view))])


def channel_gone(view: SummaryView, channel_id: str) -> Message:
    """The channel of a shortlist is gone, or the bot is no longer in it."""
    said = (
        f"I can no longer post in <#{channel_id}>, so your shortlist for {escape(view.brief)} "
        "can’t be voted on there. Nothing is lost: `/influencer shortlist` shows where it stands."
    )
    return Message(text=said, blocks=[section(said), actions(_move(view))])


def too_few_approvers(view: SummaryView, who: str, left: int) -> Message:
    """An approver can't vote any more, and the others are too few to approve anything."""
    said = (
        f"{escape(who)} can’t vote any more on your shortlist for {escape(view.brief)}, and "
        f"{counted(view.quorum, 'approval')} can’t come from {counted(left, 'approver')}. "
        "What everybody else has voted on is split, and yours to decide; or change the approvers."
    )
    return Message(text=said, blocks=[section(said), actions(change_approvers(view))])


def move_modal(shortlist_id: int) -> dict[str, Any]:
    """Asks where to post a shortlist again."""
    return elements.modal(
        "Post it again",
        "shortlist_move",
        [
            elements.plain_section("The summary and the cards still to be decided are posted."),
            elements.channel_field("channel", "Post in"),
        ],
        submit="Post",
        private_metadata=json.dumps({"shortlist": shortlist_id}),
    )


def named_approver(view: SummaryView, by: str, channel_id: str) -> str:
    """One line of mrkdwn for somebody who was made an approver of a posted shortlist."""
    return (
        f"{escape(by or 'Somebody')} made you an approver of the shortlist for "
        f"{escape(view.brief)} in <#{channel_id}>."
    )


def _move(view: SummaryView) -> Any:
    number = view.shortlist_id
    return button("Post it in a channel", f"shortlist_move:{number}", str(number))
