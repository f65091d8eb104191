"""Slack's limit for edits: beyond so many a minute it refuses a workspace's for a while."""

import datetime as dt
import threading

EDITS_A_MINUTE = 50
"""What Slack grants an app for `chat.update` in a workspace (tier 3); so many may come at once."""


class Pace:
    """Turns for edits, each workspace's own: the first come at once, then one every 1.2 seconds.

    An edit is drawn when it is sent: what waits for its turn takes up all that changes until then.
    Several servers each keep their own pace, and honour what Slack refuses.
    """

    def __init__(self, a_minute: int = EDITS_A_MINUTE) -> None:
        self._apart = dt.timedelta(minutes=1) / a_minute
        self._at_once = self._apart * (a_minute - 1)
        self._lock = threading.Lock()
        self._taken_until: dict[int, dt.datetime] = {}

    def wait(self, workspace_id: int, now: dt.datetime) -> dt.timedelta:
        """Take the next turn of a workspace; how long until it comes, zero = now."""
        with self._lock:
            begins = max(now, self._taken_until.get(workspace_id, now))
            self._taken_until[workspace_id] = begins + self._apart
        return max(dt.timedelta(), begins - self._at_once - now)
