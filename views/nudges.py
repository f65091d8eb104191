"""The one private message of a working day, and what its buttons answer."""

import datetime as dt

from domain.nudging import Frequency
from domain.wording import counted
from views import elements
from views.message import Message

MOST_LINES = 15

FREQUENCY_WORDS = {
    Frequency.DAILY: "at most one message a working day",
    Frequency.WEEKLY: "at most one message a week",
    Frequency.OFF: "no such messages",
}


def gathered(texts: list[str], key: str, frequency: Frequency) -> Message:
    """All that waits for a person, in one message. texts: mrkdwn, one line each."""
    heading = f"{counted(len(texts), 'thing waits', 'things wait')} for you"
    lines = [f"• {text}" for text in texts[:MOST_LINES]]
    if len(texts) > MOST_LINES:
        lines.append(f"… and {len(texts) - MOST_LINES} more")
    buttons = [elements.button("Later", "nudge_later", key, label="Tell me the next working day")]
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
    text = f"I will tell you again on {elements.moment(until, '{date_short_pretty}')}."
    return Message(text=f"I will tell you again on {until:%A}.", blocks=[elements.section(text)])


def frequency_changed(frequency: Frequency) -> Message:
    """What a person reads after *Fewer*."""
    return Message(
        text=f"From now on you get {FREQUENCY_WORDS[frequency]}. "
        "You can change this on my Home tab."
    )
