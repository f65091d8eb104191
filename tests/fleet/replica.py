"""One server of several, as `serve` and `run` start it, on a clock that the test moves.

Those two refuse such a clock, since a real workspace lives in real time; all else is the same.
`python -m tests.fleet.replica http 8001`, or `socket`; settings come from the environment.
"""

import sys
import threading

from bot import settings as configuration
from bot.metrics_folder import metrics_folder
from bot.settings import Settings


def main() -> None:
    """Serve until told to stop."""
    settings = configuration.load()
    if sys.argv[1] == "socket":
        _run(settings)
    else:
        _serve(settings, int(sys.argv[2]))


def _serve(settings: Settings, port: int) -> None:
    with metrics_folder(settings.data_dir):
        from bot.serving import serve

        serve(settings, "127.0.0.1", port, settings.server_processes)


def _run(settings: Settings) -> None:
    from bot.first_contact import keep_trying
    from bot.running import running, start_logging
    from bot.socket_mode import Pace, connect_forever

    start_logging(settings)
    with running(settings) as (bot, stopping):
        threading.Thread(target=keep_trying, args=(bot, stopping, 0.1), daemon=True).start()
        quick = Pace(first_wait=0.2, watch=0.5, ping=1.0, silent=5.0)
        connect_forever(bot, stopping, quick)


if __name__ == "__main__":
    main()
