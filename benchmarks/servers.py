"""The servers that are compared, each in a process of its own: ours, and a bare Bolt app."""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from waitress.server import create_server

from benchmarks.load import PATH, SECRET
from bot.app import build
from bot.http_server import HttpServer
from bot.running import settle_in
from bot.settings import Settings

THREADS = 4
KINDS = ("bot", "bare", "bare-before-response")


@contextmanager
def running(
    kind: str, database_url: str = "", folder: Path = Path(), threads: int = THREADS
) -> Iterator[int]:
    """A server of this kind; gives its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.servers", kind, database_url or "-", str(folder),
         "--threads", str(threads)],
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        line = process.stdout.readline() if process.stdout else ""
        yield int(line)
    finally:
        process.terminate()
        process.wait()


def _bare(before_response: bool, threads: int) -> Any:
    """As a newcomer writes it: one command, one line of acknowledgement."""
    app = App(
        signing_secret=SECRET,
        authorize=lambda: AuthorizeResult(
            enterprise_id=None, team_id="T0BENCH0001", bot_token="xoxb-0", bot_user_id="U1"
        ),
        token_verification_enabled=False,
        process_before_response=before_response,
    )

    @app.event("reaction_added")
    @app.event("reaction_removed")
    def nothing() -> None:
        pass

    @app.command("/influencer")
    def acknowledge(ack: Any) -> None:
        ack("Here you are.")

    return create_server(
        SlackRequestHandler(app, path=PATH), host="127.0.0.1", port=0, threads=threads
    )


def _ours(database_url: str, folder: Path) -> HttpServer:
    settings = Settings(
        _env_file=None,
        database_url=database_url,
        data_dir=folder,
        slack_api_base_url="http://127.0.0.1:9/api/",
        slack_bot_token=SecretStr("xoxb-0"),
        slack_signing_secret=SecretStr(SECRET),
        server_threads=THREADS,
    )
    return HttpServer(build(settings), "127.0.0.1", 0)


def main() -> None:
    """Serve until ended, after saying the port."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("database_url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int, default=THREADS)
    given = parser.parse_args()
    if given.kind == "bot":
        ours = _ours(given.database_url, given.folder)
        settle_in()
        print(ours.port, flush=True)
        ours.serve_forever()
        return
    server = _bare(given.kind == "bare-before-response", given.threads)
    print(server.effective_port, flush=True)
    server.run()


if __name__ == "__main__":
    main()
