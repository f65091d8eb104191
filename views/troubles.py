"""Private messages to whoever looks after the bot."""

from domain.troubles import Health, Trouble
from domain.wording import counted, listed
from views import elements
from views.message import Message

MOST_KINDS = 5


def alert(trouble: Trouble, health: Health) -> Message:
    """What is wrong, and what to do about it."""
    sentence, cure = _WORDS[trouble](health)
    return Message(
        text=f"⚠️ {sentence} {cure}",
        blocks=[elements.section(f"⚠️ *{elements.escape(sentence)}*\n{cure}"), _WHY],
    )


_WHY = elements.context(
    "You read this because you set the bot up or look after it. Once a day while it lasts."
)


def _disk(health: Health) -> tuple[str, str]:
    megabytes = (health.free_bytes or 0) // 1_000_000
    return (
        f"The disk of the bot's server is nearly full: {megabytes} MB are left.",
        "Please make room: once it is full, votes and imports are not saved. People are told so.",
    )


def _token(health: Health) -> tuple[str, str]:
    return (
        "Slack gives the bot no new token.",
        "Please install the app again, from the same address as the first time. Until then I may "
        "fall silent; nothing that the team has is lost.",
    )


def _unconfirmed(health: Health) -> tuple[str, str]:
    count = counted(health.unconfirmed, "message")
    return (
        f"Slack did not confirm {count}.",
        "The owners were asked whether to send again. The scopes `channels:history`, "
        "`groups:history` and `im:history` let me look for myself.",
    )


def _given_up(health: Health) -> tuple[str, str]:
    shown = listed([f"`{elements.escape(kind)}`" for kind in health.given_up[:MOST_KINDS]])
    return (
        "Some work failed each time and was given up.",
        f"It was {shown}. The server's log names each with its reason; "
        "`influencer-bot doctor` looks for causes.",
    )


_WORDS = {
    Trouble.DISK: _disk,
    Trouble.TOKEN: _token,
    Trouble.UNCONFIRMED: _unconfirmed,
    Trouble.GIVEN_UP: _given_up,
}
