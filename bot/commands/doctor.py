"""`influencer-bot doctor`: what is wrong with this installation, and the cure."""

import json
import sys

import click

from bot import settings as configuration
from bot.clock import Clock
from bot.doctor import examine
from storage.database import Database
from storage.sealing import Keys

SIGNS = {"ok": "✔", "warning": "!", "problem": "✘"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(as_json: bool) -> None:
    """Check tokens, scopes, database, clock and channels; exit 1 when something must be cured."""
    settings = configuration.load()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.resolved_database_url, Clock().now, keys=Keys(settings.keys))
    findings = []
    try:
        for finding in examine(settings, database):
            findings.append(finding)
            if not as_json:
                click.echo(f"{SIGNS[finding.state]} {finding.what}")
                if finding.cure:
                    click.echo(f"    {finding.cure}")
    finally:
        database.close()
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in findings], indent=2))
    sys.exit(any(finding.state == "problem" for finding in findings))
