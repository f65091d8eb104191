"""What Slack says of a channel: whether the bot may post there, and who reads it."""

import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web import WebClient

from handlers import people as people_handler
from handlers.context import Context
from storage import people

log = logging.getLogger(__name__)

ARCHIVED = "The channel is archived."
DELETED = "The channel was deleted."
NOT_A_MEMBER = "I am not in that channel any more."
NOT_THERE = "The channel is gone, or I am not in it."
WHY_GONE = {
    "is_archived": ARCHIVED,
    "channel_deleted": DELETED,
    "not_in_channel": NOT_A_MEMBER,
    "channel_not_found": NOT_THERE,
}
MEMBERS_A_PAGE = 1_000
MOST_PAGES = 10
"""A channel with more members than these pages hold is taken for one with outsiders."""
MOST_ASKED_ABOUT = 20
_DEFAULT_NAME = "influencer"


@dataclass(frozen=True)
class Channel:
    """What Slack says of a channel. problem: why nothing can be posted there, "" when it can.

    has_outsiders: guests or people of other organisations read it, or may.
    """

    problem: str
    has_outsiders: bool


@dataclass(frozen=True)
class QuickLook:
    """What Slack says of a channel while somebody waits. problem: as in `Channel`.

    has_outsiders: None where that could not be told at once; `ask` tells it later.
    """

    problem: str
    has_outsiders: bool | None = None


UNSEEN = QuickLook("")


def why_not(channel_id: str, context: Context) -> str:
    """Why the bot can't post in a channel, with what to do about it; "" when it can.

    Quick, for whoever waits for an answer: where Slack does not say, the sentence says that.
    """
    return _quick_info(channel_id, context).problem


def name_of(channel_id: str, context: Context) -> str | None:
    """What a channel is called; quick, None where Slack does not say it to the bot at once."""
    try:
        answer = context.services.slack.quick(context.workspace).conversations_info(
            channel=channel_id
        )
    except (SlackApiError, OSError, TimeoutError):
        return None
    return str(answer["channel"].get("name") or "") or None


def look(channel_id: str, context: Context) -> QuickLook:
    """Whether the bot can post in a channel, and who reads it; quick, as `why_not`."""
    seen = _quick_info(channel_id, context)
    if seen.problem or seen.has_outsiders:
        return seen
    return QuickLook("", outsiders_at_a_glance(channel_id, context))


def outsiders_at_a_glance(channel_id: str, context: Context) -> bool | None:
    """Whether a channel has members from outside, in one quick call; None when that takes more."""
    client = context.services.slack.quick(context.workspace)
    try:
        answer = client.conversations_members(channel=channel_id, limit=MEMBERS_A_PAGE)
    except Exception:  # dropped connections come in many classes; the patient question follows
        log.info("Slack did not say who is in %s; asked again later", channel_id)
        return None
    members = list(answer["members"])
    more = (answer.get("response_metadata") or {}).get("next_cursor")
    with context.reading() as tx:
        if people.outsiders(tx, members):
            return True
        everybody_known = not more and set(members) <= people.insiders(tx, members)
    return False if everybody_known else None


def why_gone(code: str, context: Context) -> str:
    """Why the bot can't post in a channel any more, by a key of WHY_GONE, and the way back."""
    why = WHY_GONE[code]
    return f"{why} {_invite(context)}." if why in (NOT_A_MEMBER, NOT_THERE) else why


def ask(context: Context, channel_id: str) -> Channel:
    """Ask Slack about a channel and who is in it; for jobs, which have the time.

    Raises:
        SlackApiError, OSError: Slack did not say; the job is tried again.
    """
    client = context.services.slack.client(context.workspace)
    try:
        found = dict(client.conversations_info(channel=channel_id)["channel"])
        if found.get("is_archived"):
            return Channel(ARCHIVED, has_outsiders=True)
        if not found.get("is_member"):
            return Channel(why_gone("not_in_channel", context), has_outsiders=True)
        return Channel("", _is_shared(found) or _has_guests(context, client, channel_id))
    except SlackApiError as error:
        code = str(error.response.get("error"))
        if code in WHY_GONE:
            return Channel(why_gone(code, context), has_outsiders=True)
        raise


def _quick_info(channel_id: str, context: Context) -> QuickLook:
    client = context.services.slack.quick(context.workspace)
    try:
        answer = client.conversations_info(channel=channel_id)
    except SlackApiError as error:
        if error.response.get("error") == "channel_not_found":
            return QuickLook(_not_in_it(context))
        return QuickLook(
            "Slack could not say whether I may post there. Please try again in a moment."
        )
    except (OSError, TimeoutError):
        return QuickLook("Slack did not answer in time. Please try again.")
    channel = dict(answer["channel"])
    if channel.get("is_archived"):
        return QuickLook("That channel is archived. Please choose another one.")
    if not channel.get("is_member"):
        return QuickLook(_not_in_it(context))
    return QuickLook("", True if _is_shared(channel) else None)


def _is_shared(channel: dict[str, Any]) -> bool:
    return bool(channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"))


def _has_guests(context: Context, client: WebClient, channel_id: str) -> bool:
    """Whether guests or people of other organisations are in it, or too many to tell."""
    for number, members in enumerate(_pages(client, channel_id)):
        if number >= MOST_PAGES or _some_from_outside(context, members):
            return True
    return False


def _pages(client: WebClient, channel_id: str) -> Iterator[list[str]]:
    cursor = ""
    while True:
        answer = client.conversations_members(
            channel=channel_id, limit=MEMBERS_A_PAGE, cursor=cursor
        )
        yield list(answer["members"])
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return


def _some_from_outside(context: Context, members: Collection[str]) -> bool:
    """Somebody whom Slack does not describe counts as from outside."""
    with context.reading() as tx:
        if people.outsiders(tx, members):
            return True
        unknown = set(members) - people.insiders(tx, members)
    if not unknown:
        return False
    people_handler.learn_now(context, sorted(unknown), limit=MOST_ASKED_ABOUT)
    with context.reading() as tx:
        return not unknown <= people.insiders(tx, unknown)


def _not_in_it(context: Context) -> str:
    return f"I am not in that channel. {_invite(context)}, then try again."


def _invite(context: Context) -> str:
    with context.reading() as tx:
        bot = people.find(tx, context.workspace.bot_user_id or "")
    return f"Type “/invite @{(bot.name if bot else '') or _DEFAULT_NAME}” there"
