"""Making a pack in a process of its own: searches go on undisturbed, and its memory is given back.

Both ends are here: `build` begins it and waits, `main` is the other process. It gets what to do on
its standard input and ends with it, so that it never outlives the bot.
"""

import datetime as dt
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from storage.database import Database

MADE, SUPERSEDED = 0, 3
GENTLY = 10
"""How much this work gives way to others, as `nice` counts."""


class BuilderFailed(Exception):
    """The process ended otherwise than it should; what it said is in the log."""


def build(database: Database, workspace_id: int, after: int) -> bool:
    """As `pack_build.build`. Raises `BuilderFailed`."""
    url = database.url.render_as_string(hide_password=False)
    order = {"url": url, "workspace_id": workspace_id, "after": after}
    command = [sys.executable, "-P", "-m", "storage.pack_process"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    with subprocess.Popen(  # noqa: S603  our own module
        command, stdin=subprocess.PIPE, text=True, env=environment
    ) as child:
        assert child.stdin is not None  # noqa: S101  a pipe was asked for
        child.stdin.write(f"{json.dumps(order)}\n")
        child.stdin.flush()
        ended = child.wait()
    if ended not in (MADE, SUPERSEDED):
        raise BuilderFailed(ended)
    return ended == MADE


def main() -> int:
    """Make one pack, as the first line of the input says."""
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_bot, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(GENTLY)
    from storage import pack_build  # noqa: PLC0415  NumPy, which the bot itself may not need

    database = Database(order["url"], lambda: dt.datetime.now(dt.UTC))
    made = pack_build.build(database, order["workspace_id"], order["after"])
    database.close()
    return MADE if made else SUPERSEDED


def _end_with_the_bot() -> None:
    """The input ends when nobody holds its other end any more."""
    sys.stdin.read()
    os._exit(SUPERSEDED)


if __name__ == "__main__":
    sys.exit(main())
