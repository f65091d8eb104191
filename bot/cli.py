"""`influencer-bot`: the command line. Each command is a file in `bot/commands`."""

import gc
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot.redaction import redact

COMMANDS = {
    "run": "run",
    "serve": "serve",
    "playground": "playground",
    "import": "import_file",
    "imports": "imports",
    "find": "find",
    "export": "export",
    "forget": "forget",
    "digest": "digest",
    "manifest": "manifest",
    "migrate": "migrate",
    "rotate-keys": "rotate_keys",
    "backup": "backup",
    "restore": "restore",
    "doctor": "doctor",
}


class LazyGroup(click.Group):
    """Loads a command's file when it is called: `manifest` need not wait for a database."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of the documentation."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in COMMANDS:
            return None
        with _without_collecting():
            module = importlib.import_module(f"bot.commands.{COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="influencer-bot")
def group() -> None:
    """Find, judge, approve and track creators where your team already talks: in Slack."""


def main(command: click.Command = group) -> None:
    """Run the command line; what goes wrong ends with a sentence, not a traceback."""
    try:
        command()
    except Exception as error:
        sentence = sentence_for(error)
        if sentence is None:
            raise
        click.echo(sentence, err=True)
        sys.exit(2)


def sentence_for(error: Exception) -> str | None:
    """What to tell a person at a terminal; None for a mistake of ours."""
    # only here: `--help` and `manifest` load neither the database nor the server
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    from bot.listening import CannotListen  # noqa: PLC0415
    from bot.postgres_tools import ToolFailed  # noqa: PLC0415
    from bot.server_lock import ServerAlreadyRunning  # noqa: PLC0415
    from bot.settings import WrongSettings  # noqa: PLC0415
    from storage.backups import NotABackup  # noqa: PLC0415
    from storage.migrate import MayNotMigrate, NewerDatabase  # noqa: PLC0415
    from storage.sealing import CannotUnseal  # noqa: PLC0415

    if isinstance(error, (NotABackup, ToolFailed)):
        return str(error)
    said = (
        WrongSettings, ServerAlreadyRunning, NewerDatabase, MayNotMigrate, CannotListen,
        CannotUnseal,
    )  # fmt: skip
    if isinstance(error, said):
        return redact(str(error))
    if isinstance(error, DBAPIError):
        reason = redact(str(error.orig)).strip().rstrip(".")
        return f"The database can't be used: {reason}. Check DATABASE_URL and DATA_DIR."
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename} can't be used: {error.strerror}."
    return None


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Imports leave nothing to collect; looking for it takes a fifth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
