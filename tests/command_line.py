"""The command line as somebody at a terminal uses it, beside a running server."""

from pathlib import Path

from click.testing import CliRunner, Result

from bot.cli import group


def run(*arguments: str, database_url: str, folder: Path, typed: str = "") -> Result:
    """Run `influencer-bot <arguments>`; `typed` is what is answered to questions."""
    environment = {
        "DATABASE_URL": database_url,
        "DATA_DIR": str(folder / "command-line"),
        "SLACK_BOT_TOKEN": "",
        "PLAYGROUND_CLOCK_FILE": "",
    }
    return CliRunner().invoke(group, list(arguments), env=environment, input=typed)
