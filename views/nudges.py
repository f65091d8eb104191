"""The one private message of a working day, and what its buttons answer."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from domain.agreement import Due
from domain.nudging import Frequency
from domain.wording import counted, listed
from views import elements
from views.elements import escape
from views.message import Message
from views.partners import due_words

MOST_LINES = 15
MOST_CHARACTERS = 2_700  # a section takes 3,000, with the heading and the line about the rest

FREQUENCY_WORDS = {
    Frequency.DAILY: "at most one message a working day",
    Frequency.WEEKLY: "at most one message a week",
    Frequency.OFF: "no such messages",
}


def votes(title: str, channel_id: str, count: int, names: Sequence[str], link: str = "") -> str:
    """Creators who wait for this person's vote, on one line. link: to what is voted on."""
    wait = "creator waits" if count == 1 else "creators wait"
    who = _named(count, names)
    return f"{_title(title, link)}: {count} {wait} for your vote in <#{channel_id}> ({who})"


def splits(title: str, channel_id: str, count: int, names: Sequence[str], link: str = "") -> str:
    """Cards that the asker has to decide, on one line. link: to where they stand."""
    are = "is" if count == 1 else "are"
    where = f"in <#{channel_id}>"
    return f"{_title(title, link)}: {_named(count, names)} {are} split {where}: you decide"


def _title(title: str, link: str) -> str:
    name = escape(title, 100)
    return f"*<{link}|{name}>*" if link else f"*{name}*"


def to_contact(title: str, count: int, names: Sequence[str]) -> str:
    """Approved creators whom the owner of their partnership has not written to yet."""
    are = "is" if count == 1 else "are"
    who = _named(count, names)
    return f"{who} {are} approved for *{escape(title, 100)}*: next, write to them"


def stalled(title: str, count: int, names: Sequence[str]) -> str:
    """Partnerships of which nothing was logged for a week."""
    who = _named(count, names)
    return f"*{escape(title, 100)}*: nothing logged for a week about {who}: how does it stand?"


def dates(who: str, title: str, due: Sequence[Due]) -> str:
    """What one partnership owes or ends, on one line."""
    return f"{escape(who, 60)}, *{escape(title, 100)}*: {due_words(due, 4)}"


def fitting(texts: Sequence[str]) -> int:
    """How many of these lines one message takes; at least one."""
    total, count = 0, 0
    for text in texts[:MOST_LINES]:
        total += len(text) + 3
        if count and total > MOST_CHARACTERS:
            break
        count += 1
    return count


def gathered(
    texts: Sequence[str],
    more: int,
    key: str,
    frequency: Frequency,
    offered: Sequence[Any] = (),
) -> Message:
    """What waits for a person, in one message.

    texts: mrkdwn, one line each, as many as `fitting`. more: lines left for the next message.
    offered: buttons of the lines.
    """
    heading = f"{counted(len(texts) + more, 'thing waits', 'things wait')} for you"
    lines = [f"• {text}" for text in texts]
    if more:
        lines.append(f"… and {more} more, which I will tell you next time")
    later = elements.button("Later", "nudge_later", key, label="Tell me the next working day")
    buttons = [*offered, later]
    if frequency != Frequency.OFF:
        less = "weekly" if frequency == Frequency.DAILY else "none"
        buttons.append(elements.button("Fewer", "nudge_fewer", label=f"Fewer messages: {less}"))
    return Message(
        text="\n".join([heading, *lines]),
        blocks=[
            elements.section(f"*{heading}*\n" + "\n".join(lines)),
            elements.actions(*buttons),
        ],
    )


def put_aside(until: dt.datetime) -> Message:
    """The message after *Later*."""
    text = f"I will tell you again on {elements.moment(until, '{date_long}')}."
    return Message(text=text, blocks=[elements.section(text)])


def frequency_changed(frequency: Frequency) -> Message:
    """What a person reads after *Fewer*."""
    return Message(
        text=f"From now on you get {FREQUENCY_WORDS[frequency]}. "
        "You can change this on my Home tab."
    )


def _named(count: int, names: Sequence[str]) -> str:
    rest = count - len(names)
    more = [f"{rest} more"] if rest > 0 else []
    return listed([*(escape(name, 60) for name in names), *more])
