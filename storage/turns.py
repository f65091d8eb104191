"""One of several servers does what the clock asks of all of them.

What is due is told from rows, so nothing would happen twice; but looking through a thousand
workspaces costs, and once a minute is enough. Whoever gets the lock of this turn keeps it until
its next one. It ends with the connection, so a server that dies holds nobody up for long.
"""

import threading
from contextlib import suppress

from sqlalchemy import Connection, text

from storage.database import Database, Unavailable

MINUTE, HOUR = 1, 2
LOCKS = 7_238_116
"""Of PostgreSQL's advisory locks: those with this first number + the kind of turn are ours."""
_TAKE = text("SELECT pg_try_advisory_lock(:kind, :number)")
_LEAVE = text("SELECT pg_advisory_unlock_all()")


class Turns:
    """The turns of one server. Thread-safe; holds a connection for each kind of turn it has."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: dict[int, Connection] = {}
        self._lock = threading.Lock()

    def take(self, kind: int, number: int) -> bool:
        """Whether this server has the turn; on SQLite, where there is no other, it always has.

        number: says which turn it is, the same for all servers: the minute since 1970, say.

        Raises:
            one of `Unavailable`: the database is out of reach.
        """
        if self._database.is_sqlite:
            return True
        with self._lock:
            self._leave(kind)
            return self._try(kind, number)

    def close(self) -> None:
        """Leave all turns to others."""
        with self._lock:
            for kind in tuple(self._held):
                self._leave(kind)

    def _try(self, kind: int, number: int) -> bool:
        link = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        taken = False
        try:
            taken = bool(link.execute(_TAKE, {"kind": LOCKS + kind, "number": number}).scalar())
        finally:
            if taken:
                self._held[kind] = link
            else:
                link.close()
        return taken

    def _leave(self, kind: int) -> None:
        link = self._held.pop(kind, None)
        if link is None:
            return
        with suppress(*Unavailable):  # it ended with its connection
            link.execute(_LEAVE)
        link.close()
