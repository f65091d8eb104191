"""`influencer-bot playground`: a local Slack workspace in the browser with the bot in it."""

import secrets
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import click
from pydantic import SecretStr

from bot import demo, demo_work
from bot import settings as configuration
from bot.first_contact import meet_workspace
from bot.http_server import HttpServer
from bot.manifest import manifest_text
from bot.running import running, start_logging

LOOPBACK = "127.0.0.1"


@click.command("playground")
@click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    default=3333,
    show_default=True,
    help="Port of the page in the browser.",
)
@click.option("--empty", is_flag=True, help="Start without anything invented in it.")
def command(port: int, empty: bool) -> None:
    """Try the bot in a local Slack workspace, with invented creators: nothing leaves this machine.

    It starts anew each time: what was done in it before is cleared. With LIVE_SOURCES=on in the
    environment, and only then, platforms are asked when you look creators up.
    """
    given = configuration.load()
    _refuse_taken(port)
    folder = given.data_dir / "playground" / str(port)  # two of them share nothing
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    clock_file = folder / "clock"
    clock_file.write_text("0")
    manifest = folder / "manifest.yml"
    manifest.write_text(manifest_text(workflow_steps=True), encoding="utf-8")
    token, secret = f"xoxb-{secrets.token_hex(12)}", secrets.token_hex(16)
    settings = given.model_copy(
        update={
            "data_dir": folder,
            "database_url": "",
            "slack_api_base_url": f"http://{LOOPBACK}:{port}/api/",
            "slack_bot_token": SecretStr(token),
            "slack_signing_secret": SecretStr(secret),
            "playground_clock_file": clock_file,
            "owners": (),
            "live_sources": given.live_sources and "live_sources" in given.model_fields_set,
        }
    )
    start_logging(settings)
    _refuse_taken(port)
    with running(settings, demo=True) as (bot, stopping):
        server = HttpServer(bot, LOOPBACK, 0)
        threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
        child = _start_playground(port, server.port, (token, secret), clock_file, manifest)
        try:
            _wait_until_up(port, child)
            workspace = meet_workspace(bot)
            if not empty:
                demo.fill(bot, workspace)
                demo_work.fill(bot, workspace)
            click.echo(f"Open http://{LOOPBACK}:{port} and type /influencer. Ctrl-C stops it.")
            while not stopping.wait(0.5) and child.poll() is None:
                pass
        finally:
            child.terminate()
            child.wait(10)
            server.close()


def _start_playground(
    port: int, bot_port: int, keys: tuple[str, str], clock_file: Path, manifest: Path
) -> subprocess.Popen[bytes]:
    """A process of its own: an open tab never slows an acknowledgement."""
    return subprocess.Popen(  # noqa: S603  our own module, our own arguments
        [sys.executable, "-m", "playground", "--port", str(port),
         "--bot-url", f"http://{LOOPBACK}:{bot_port}", "--signing-secret", keys[1],
         "--bot-token", keys[0], "--manifest", str(manifest),
         "--clock-file", str(clock_file)]
    )  # fmt: skip


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            raise click.ClickException(
                f"Port {port} is taken by another program: choose one with --port."
            ) from None


def _wait_until_up(port: int, child: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if child.poll() is not None:
            raise click.ClickException("The playground's page could not be started.")
        with socket.socket() as probe:
            probe.settimeout(0.1)
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return
        threading.Event().wait(0.05)
    raise click.ClickException("The playground's page did not come up within 10 seconds.")
