"""Whether this process can do its work, as `/readyz` and the metrics tell it."""

from bot import metrics
from bot.slack import TOKEN_TROUBLE
from storage.database import Database, Unavailable


class Health:
    """What is known of Slack. Written and read by all threads; each fact is one assignment.

    token_refused: the code with which Slack refused the bot token, "" = it did not. It is about
    the one token of the settings: of many workspaces, one whose token is gone is its own affair.
    It makes nothing unready: every server has the same token, and a load balancer that took all
    of them out would have people read time-outs instead of what is wrong.
    connected: in Socket Mode, whether a connection is there; None in HTTP mode.
    """

    def __init__(self) -> None:
        self.token_refused = ""
        metrics.TOKEN_REFUSED.set(0)
        self.connected: bool | None = None

    def hear(self, code: str) -> None:
        """A call to Slack ended: "" when it went well, else the code of the refusal."""
        if not code:
            self.token_refused = ""
        elif code in TOKEN_TROUBLE:
            self.token_refused = code
        metrics.TOKEN_REFUSED.set(bool(self.token_refused))

    def problems(self, *, database_is_there: bool) -> list[str]:
        """Why this process can't do its work, one line each; none when it can."""
        found = []
        if not database_is_there:
            found.append("the database is out of reach")
        if self.connected is False:
            found.append("no connection to Slack")
        return found

    def remarks(self) -> list[str]:
        """What is wrong though requests are as well off here as anywhere, one line each."""
        return [f"Slack refuses the bot token ({self.token_refused})"] if self.token_refused else []


def is_there(database: Database) -> bool:
    """Whether the database answers."""
    try:
        database.ping()
    except Unavailable:
        return False
    return True
