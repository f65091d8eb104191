"""Sets the scene for tests of partnerships: creators, and people who log what came of them."""

from typing import Any

from sqlmodel import select

from playground.records import View
from tests.shortlisting import add_brief, add_creators
from tests.slack import Slack

__all__ = ["add_brief", "add_creators", "log", "open_log", "rows", "saved"]


def open_log(slack: Slack, who: str, text: str = "@anna") -> View:
    """Open the form for a creator."""
    slack.workspace.command(who, f"log {text}")
    slack.settle()
    return slack.view(who)


def log(
    slack: Slack,
    who: str,
    what: str,
    values: dict[str, Any],
    *,
    creator: str = "@anna",
    partnership: str | None = None,
) -> dict[str, str]:
    """Log one thing; gives errors by field. The form stays open afterwards.

    partnership: "n:5" for a new one on brief 5; None for the one that the form proposes.
    """
    if slack.workspace.view(who) is None:
        open_log(slack, who, creator)
    chosen = {"what": what, **({"partnership": partnership} if partnership else {})}
    assert not slack.submit(who, chosen)
    return slack.submit(who, values) or {}


def saved(slack: Slack, who: str) -> str:
    """What the form says after saving; it is closed then."""
    text = slack.text_of(slack.view(who))
    slack.workspace.close_view(who, everything=True)
    return text


def rows(slack: Slack, model: Any) -> list[Any]:
    """All rows of a table, oldest first."""
    with slack.reading() as tx:
        return list(tx.session.exec(select(model).order_by(model.id)))
