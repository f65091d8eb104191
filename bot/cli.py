"""`influencer-bot`: the command line. Each command is a file in `bot/commands`."""

import importlib
import sys

import click
from sqlalchemy.exc import OperationalError

from bot.server_lock import ServerAlreadyRunning
from bot.settings import WrongSettings
from storage.migrate import NewerDatabase

COMMANDS = {
    "run": "run",
    "serve": "serve",
    "playground": "playground",
    "import": "import_file",
    "imports": "imports",
    "find": "find",
    "export": "export",
    "digest": "digest",
    "manifest": "manifest",
    "migrate": "migrate",
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
        module = importlib.import_module(f"bot.commands.{COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="influencer-bot")
def group() -> None:
    """Find, judge, approve and track creators where your team already talks: in Slack."""


def main() -> None:
    """Run the command line; what goes wrong ends with a sentence, not a traceback."""
    try:
        group()
    except (WrongSettings, ServerAlreadyRunning, NewerDatabase) as error:
        _stop(str(error))
    except OperationalError as error:
        _stop(f"The database can't be used: {error.orig}. Check DATABASE_URL and DATA_DIR.")


def _stop(text: str) -> None:
    click.echo(text, err=True)
    sys.exit(2)
