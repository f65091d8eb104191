"""The form of an export, and what is said of it."""

from collections.abc import Sequence
from typing import Any

from domain.wording import counted
from views import elements
from views.message import Message

WHAT, KIND = "what", "kind"
CONTENTS = {
    "creators": "Creators: one row an account",
    "partnerships": "Partnerships: one row each, with costs and results",
    "audit": "Record of who did what: one row an act",
}
ONE_ROW = {"creators": "account", "partnerships": "partnership", "audit": "act"}
KINDS = (("xlsx", "Excel (XLSX)"), ("csv", "CSV"), ("json", "JSON"))
YOUR_EXPORT = "your export"
ON_THE_SERVER = (
    "Whoever runs the bot can write the same file on the server: "
    "`influencer-bot export creators.xlsx`."
)


def form(offered: Sequence[str], chosen: str = "") -> dict[str, Any]:
    """What to export, and as which kind of file. offered, chosen: of `CONTENTS`."""
    contents = [(what, CONTENTS[what]) for what in offered]
    initial = chosen if chosen in offered else offered[0]
    return elements.modal(
        "Export",
        "export",
        [
            elements.radio_field(WHAT, "What", contents, initial=initial),
            elements.choice_field(KIND, "File", KINDS, initial="xlsx"),
            elements.context(
                "The file comes to you in a private message. What belongs to brands that are "
                "limited to others is left out."
            ),
        ],
        submit="Export",
    )


def started() -> dict[str, Any]:
    """What the form becomes once the export is on its way."""
    text = "Your file is being written. I will send it to you in a private message."
    return elements.modal("Export", "export_started", [elements.section(text)], close="Done")


def comment(what: str, rows: int, leaves_out: bool) -> str:
    """What stands beside the file."""
    count = counted(rows, ONE_ROW[what])
    limited = "\nWhat belongs to brands limited to others is left out." if leaves_out else ""
    return f"Your export: {count}. Please handle it with care, for it holds personal data.{limited}"


def may_not_send(scope: str, file: str = YOUR_EXPORT, hint: str = ON_THE_SERVER) -> Message:
    """The app was not given the right to send files. file: what was to be sent; hint: instead."""
    return Message(
        text=f"I can't send you {file}, for the app has no `{scope}` right in this workspace. "
        f"Adding that scope and installing the app again cures it. {hint}".strip()
    )


def not_sent(code: str, file: str = YOUR_EXPORT, hint: str = ON_THE_SERVER) -> Message:
    """Slack did not take the file."""
    return Message(
        text=f"Slack did not take the file of {file} ({elements.escape(code, 60)}). "
        f"Please try again later. {hint}".strip()
    )
