"""A preview before anything is posted where people from outside read.

What would be posted is drawn by the very code that posts it, in a transaction that is taken back.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

from handlers.answer import Answer
from handlers.context import Context
from handlers.payloads import Submission
from storage.transaction import Transaction
from views import outside_preview as view
from views.message import Message

_SHOWN = "previewed"


class _Drawn(Exception):
    """Ends the transaction that drew a preview: nothing of it is stored."""

    def __init__(self, messages: Sequence[Message]) -> None:
        super().__init__("a preview was drawn")
        self.messages = messages


def ask_first(
    submission: Submission,
    context: Context,
    channel_id: str,
    asked: object,
    draw: Callable[[Transaction], Sequence[Message]],
) -> Answer | None:
    """The form again, with what would be posted on top; None where exactly that was shown.

    asked: all that the form says. draw: stores everything as if it were posted, and gives what
    would be read; it may raise what posting raises.
    """
    kept = _kept(submission.metadata)
    mark = hashlib.sha256(repr(asked).encode()).hexdigest()[:16]
    if kept.get(_SHOWN) == mark:
        return None
    messages = _drawn(context, draw)
    if not messages:
        return None
    metadata = json.dumps({**kept, _SHOWN: mark}, separators=(",", ":"))
    return Answer(view=view.with_preview(submission.view, metadata, channel_id, messages))


def _drawn(context: Context, draw: Callable[[Transaction], Sequence[Message]]) -> Sequence[Message]:
    try:
        with context.writing() as tx:
            raise _Drawn(draw(tx))
    except _Drawn as drawn:
        return drawn.messages


def _kept(metadata: str) -> dict[str, Any]:
    try:
        kept = json.loads(metadata or "{}")
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}
