"""Messages that were posted after the backup from which the database was put back."""

from handlers.answer import Refused
from handlers.context import Context
from handlers.payloads import Action
from storage import outbox

NOT_KNOWN = (
    "What this message shows was lost: the bot went back to a backup made before it. Please ask "
    "for it again, and don't use the old message any more."
)


def refuse(action: Action, context: Context) -> None:
    """Do nothing on such a message: numbers in it may have been given to something else since.

    Raises:
        Refused: it is one.
    """
    lost = context.lost_time
    if lost is None or not lost.holds(action.message_ts):
        return
    with context.reading() as tx:
        known = outbox.about_at(tx, action.channel_id, action.message_ts)
    if known is None:
        raise Refused(NOT_KNOWN)
