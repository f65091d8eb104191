"""What a person reads when something did not work."""

from typing import Any

from views.message import Message

NOTICE_BLOCK = "notice"


def not_saved(reference: str) -> Message:
    """The database was busy, full or away: nothing was changed."""
    return Message(text=f"Not saved, please try again. (Reference {reference})")


def broken(reference: str) -> Message:
    """A mistake of ours: nothing was changed."""
    return Message(
        text=f"That did not work, and it is our mistake. Nothing was changed; please try again. "
        f"If it happens again, tell whoever runs the bot the reference {reference}."
    )


def press_again() -> Message:
    """Slack did not open the form in time."""
    return Message(text="Slack did not open the form in time. Please press again.")


def modal_with_notice(view: dict[str, Any], text: str) -> dict[str, Any]:
    """The same modal with a sentence on top; what was typed is kept, for its blocks keep ids."""
    kept = ("type", "callback_id", "title", "submit", "close", "private_metadata", "clear_on_close")
    fields = {name: view[name] for name in (*kept, "notify_on_close") if view.get(name)}
    notice = {
        "type": "section",
        "block_id": NOTICE_BLOCK,
        "text": {"type": "plain_text", "text": f"⚠️ {text}"},
    }
    others = [block for block in view.get("blocks", []) if block.get("block_id") != NOTICE_BLOCK]
    return {**fields, "blocks": [notice, *others]}
