"""Whom somebody means by what they typed, where that is not clear."""

from collections.abc import Sequence

from domain.creator import Platform
from domain.wording import PLATFORM_NAMES
from views import elements
from views.elements import button, escape, section
from views.message import Message

MOST_CHOICES = 10
SHOW = "show"

Choice = tuple[int, str, Platform]
"""Number of a profile, its handle and platform."""


def which_profile(typed: str, choices: Sequence[Choice], action: str = SHOW) -> Message:
    """A handle on several platforms: asks which. action: what its buttons do."""
    lead = f"“{escape(typed, 60)}” is on several platforms. Which one?"
    return _choice(lead, choices, action)


def is_colleague(name: str, choices: Sequence[Choice], action: str = SHOW) -> Message:
    """Slack put a colleague in the place of a creator."""
    who = escape(name, 60)
    if not choices:
        return Message(
            text=f"That is {who} from your team. For a creator, type the handle without @, "
            "for example `/influencer show anna` or `instagram:anna`."
        )
    lead = f"That is {who} from your team; did you mean the creator below?"
    return _choice(lead, choices, action)


def not_known(typed: str, choices: Sequence[Choice], action: str = SHOW) -> Message:
    """No creator has that handle; those that come near are buttons."""
    name = escape(typed, 60)
    if not choices and "/" in typed:
        return Message(
            text=f"“{name}” is no link to a profile that I can read. Type the handle, or a link "
            "such as https://www.instagram.com/anna."
        )
    if not choices and typed.endswith(":"):
        return Message(text=f"Whom on {name.rstrip(':')}? For example `{name}anna`.")
    if not choices:
        return Message(text=f"I don't know a creator “{name}”. Try `/influencer find {name}`.")
    lead = f"I don't know the handle “{name}”. Did you mean one of these?"
    return _choice(lead, choices, action)


def _choice(lead: str, choices: Sequence[Choice], action: str) -> Message:
    buttons = [
        button(_label(handle, platform), f"{action}:{number}", str(number))
        for number, handle, platform in choices[:MOST_CHOICES]
    ]
    return Message(text=lead, blocks=[section(lead), elements.actions(*buttons)])


def _label(handle: str, platform: Platform) -> str:
    name = PLATFORM_NAMES[platform]
    return f"{name[:1].upper()}{name[1:]} @{elements.clean(handle.lstrip('@'), 40)}"
