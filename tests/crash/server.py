"""The servers of a crash run: one process reads all code once, and forks a server for each life.

`python -m tests.crash.server` takes one line of JSON a life, says the process number, and then how
it ended. A server has two processes, as `serve` has, and differs from it in its clocks, since
leases and waits go by a real time that runs faster, so that what takes minutes after a crash takes
seconds here; and the process beside the first is forked, and not replaced when it is killed.
"""

import datetime as dt
import functools
import gc
import json
import os
import socket
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path
from typing import IO, Any

from pydantic import SecretStr

from bot import answer_process, running
from bot.answering import wake_when_told
from bot.app import build, real_now
from bot.first_contact import keep_trying
from bot.http_server import HttpServer
from bot.settings import Settings
from bot.workers import Workers
from domain.niche import default_vocabulary
from storage import outbox
from tests.compiling import share_compiled_statements
from tests.crash import points

BIND_SECONDS = 20.0


def main() -> None:
    """Fork a server for each line, one at a time."""
    _warm_up()
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        number = os.fork()
        if number == 0:
            _live_and_end(json.loads(line))
        print(number, flush=True)
        print(os.waitpid(number, 0)[1], flush=True)


def _warm_up() -> None:
    """Have read, and compiled, what a first start reads: the forks find it done."""
    default_vocabulary()
    share_compiled_statements()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            _env_file=None, database_url=f"sqlite:///{folder}/bot.db", data_dir=folder,
            slack_api_base_url="http://127.0.0.1:9/api/", slack_bot_token=SecretStr("xoxb-0"),
            slack_signing_secret=SecretStr("0"), live_sources=False,
        )  # fmt: skip
        bot = build(settings)
        workspace = bot.workspace_of("", "T0WARM")
        with bot.services.database.writing(workspace.id or 0) as tx:
            outbox.post(tx, "warm", "C0", {"text": "warm"})
        workers = Workers(bot)
        workers.tick_minute()
        workers.tick_hour()
        workers.run_until_idle()
        bot.services.database.close()


def _live_and_end(given: dict[str, Any]) -> None:
    os.close(0)
    status = 1
    try:
        log = os.open(given["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(log, 1)
        os.dup2(log, 2)
        _live(given)
        status = 0
    except BaseException:  # whatever it was, this process goes no further
        traceback.print_exc()
    finally:
        os._exit(status)


def _live(given: dict[str, Any]) -> None:
    settings = Settings(_env_file=None, **given["settings"])
    listening = _bound(given["port"])
    begin, told = _fork_beside(settings, listening, given["beside"])  # before the first thread
    running.start_logging(settings)
    faster = _faster(given["ahead"], given["pace"])
    setattr(running, "Workers", functools.partial(Workers, now=faster))  # noqa: B010
    if given["point"]:
        points.arm(given["point"], given["hits"])
    server = HttpServer(settings, "", 0, [listening])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with running.running(settings) as (bot, stopping):
        server.open(bot)
        os.write(begin, b"!")
        database = bot.services.database
        threading.Thread(target=wake_when_told, args=(database, told), daemon=True).start()
        threading.Thread(target=keep_trying, args=(bot, stopping, 0.1), daemon=True).start()
        stopping.wait()
        server.close()


def _bound(port: int) -> socket.socket:
    """Where both processes will listen, once the last life's have let go of it."""
    until = time.monotonic() + BIND_SECONDS
    while True:
        here = socket.socket()
        here.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            here.bind(("127.0.0.1", port))
        except OSError:
            here.close()
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return here


def _fork_beside(
    settings: Settings, listening: socket.socket, end: dict[str, Any]
) -> tuple[int, IO[bytes]]:
    """A process that only answers, once it is told to begin; what begins it, and what it tells.

    end: how it is killed, if it is: at a point or after some seconds, written down in a file.
    """
    hears, begin = os.pipe()
    told, tells = os.pipe()
    if os.fork():
        os.close(hears)
        os.close(tells)
        return begin, os.fdopen(told, "rb", buffering=0)
    status = 1
    try:
        os.close(begin)
        os.close(told)
        os.dup2(hears, 0)
        os.dup2(tells, 1)
        if os.read(0, 1):
            running.start_logging(settings)
            if end:
                points.arm(end["point"], end["hits"], end["seconds"], Path(end["file"]))
            answer_process.answer(settings, [listening])
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _faster(ahead: float, pace: float) -> Any:
    """Real time that is `ahead` seconds ahead and runs `pace` times as fast."""
    begun = time.monotonic()

    def now() -> dt.datetime:
        lived = time.monotonic() - begun
        return real_now() + dt.timedelta(seconds=ahead + lived * (pace - 1))

    return now


if __name__ == "__main__":
    main()
