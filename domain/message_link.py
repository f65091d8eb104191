"""Links to messages in Slack, as *Copy link* gives them."""

import re
from typing import NamedTuple

_LINK = re.compile(r"https?://[\w.-]+/archives/([A-Z0-9]{6,})/p(\d{10})(\d{6})(?:[?#]\S*)?")


class MessagePlace(NamedTuple):
    """Where a message stands in Slack."""

    channel_id: str
    ts: str


def read(text: str) -> MessagePlace | None:
    """The place that a link leads to; None when it is no link to a message."""
    found = _LINK.fullmatch(text.strip().strip("<>"))
    return MessagePlace(found[1], f"{found[2]}.{found[3]}") if found else None


def write(workspace_url: str, place: MessagePlace) -> str:
    """The link to a message. workspace_url: "https://team.slack.com/"."""
    stamp = place.ts.replace(".", "")
    return f"{workspace_url.rstrip('/')}/archives/{place.channel_id}/p{stamp}"
