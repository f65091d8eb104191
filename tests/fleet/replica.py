"""One server of several, as `serve` and `run` start it, on a clock that the test moves.

Those two refuse such a clock, since a real workspace lives in real time; all else is the same.
`python -m tests.fleet.replica http 8001`, or `socket`; settings come from the environment.
"""

import sys
import threading

from bot import settings as configuration
from bot.first_contact import keep_trying
from bot.http_server import HttpServer
from bot.running import running, start_logging
from bot.socket_mode import Pace, connect_forever

QUICK = Pace(first_wait=0.2, watch=0.5, ping=1.0, silent=5.0)


def main() -> None:
    """Serve until told to stop."""
    settings = configuration.load()
    start_logging(settings)
    with running(settings) as (bot, stopping):
        threading.Thread(target=keep_trying, args=(bot, stopping, 0.1), daemon=True).start()
        if sys.argv[1] == "socket":
            connect_forever(bot, stopping, QUICK)
            return
        server = HttpServer(bot, "127.0.0.1", int(sys.argv[2]))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stopping.wait()
        server.close()


if __name__ == "__main__":
    main()
