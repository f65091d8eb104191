"""The time that a database knows nothing of, after it was put back from a backup.

Slack shows what was posted in it: a digest that is owed again may stand there, and a button may
belong to something that is not known any more.
"""

import datetime as dt
from dataclasses import dataclass

OWED_AGAIN = dt.timedelta(days=8)
"""After this nothing falls due that could have been posted before: digests come every week."""


@dataclass(frozen=True)
class LostTime:
    """begin: when the backup was made; end: when it was put back."""

    begin: dt.datetime
    end: dt.datetime

    def looked_for_since(
        self, asked_at: dt.datetime | None, now: dt.datetime
    ) -> dt.datetime | None:
        """Since when a new message may be there already; None: it is surely new.

        asked_at: when a person asked for it, None = the clock brought it about.
        """
        if now >= self.end + OWED_AGAIN or (asked_at is not None and asked_at >= self.end):
            return None
        return self.begin

    def holds(self, ts: str) -> bool:
        """Whether a message with this timestamp of Slack's was posted in it."""
        try:
            return self.begin.timestamp() < float(ts) < self.end.timestamp()
        except ValueError:
            return False
