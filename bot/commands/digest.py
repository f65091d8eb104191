"""`influencer-bot digest --dry-run`: what the weekly digest would say now; posts nothing."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

import click

from bot.commands.opened import opened
from domain.digest import Digest
from handlers import digest_lines
from storage import digests, preferences
from storage.models import DigestSchedule, Person
from storage.transaction import Transaction
from views.digest import DigestView, Kind, in_words


@click.command("digest")
@click.option("--dry-run", is_flag=True, help="Print it and post nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option("--schedule", "schedule_id", type=int, help="Number of a digest that is set up.")
@click.option("--at", "at", type=click.DateTime(["%Y-%m-%d"]), help="Posting day; default: today.")
@click.option("--workspace", help="Slack team id, where the database holds several.")
def command(
    dry_run: bool,
    as_json: bool,
    schedule_id: int | None,
    at: dt.datetime | None,
    workspace: str | None,
) -> None:
    """Print what the weekly digest would say, of one that is set up or of everything.

    Limited brands are in it only where the scope of --schedule names them.
    """
    if not dry_run:
        raise click.UsageError("The server posts digests; here there is only --dry-run.")
    with opened(workspace) as (database, workspace_id), database.reading(workspace_id) as tx:
        schedule = _schedule(tx, schedule_id)
        owner = digest_lines.owner_of(tx, schedule) if schedule else None
        digest = _digest(tx, schedule, owner, at.date() if at else None)
        scope = digest_lines.scope_in_words(tx, schedule.scope if schedule else {}, owner)
        channel = schedule.channel_id if schedule else None
        outsiders = _has_outsiders(schedule)
        readers = _readers(schedule)
    if as_json:
        said = {
            "dry_run": True, "schedule": schedule_id, "channel": channel, "scope": scope,
            "outsiders": outsiders, "readers": readers,
        }  # fmt: skip
        click.echo(
            json.dumps({**said, **digest.model_dump(mode="json")}, indent=2, ensure_ascii=False)
        )
    else:
        view = DigestView(kind=Kind.WEEKLY, digest=digest, scope=scope, footer=readers)
        click.echo("\n".join(in_words(view)))


def _schedule(tx: Transaction, schedule_id: int | None) -> DigestSchedule | None:
    if schedule_id is None:
        return None
    known = digests.confirmed(tx)
    for schedule in known:
        if schedule.id == schedule_id:
            return schedule
    there = ", ".join(f"{one.id} ({digests.timing(one).describe()})" for one in known) or "none"
    raise click.ClickException(f"No digest {schedule_id} is set up. There are: {there}.")


def _has_outsiders(schedule: DigestSchedule | None) -> bool:
    """Whether it is written for a channel with outsiders; one never asked about may hold some."""
    return schedule is not None and schedule.has_outsiders is not False


def _readers(schedule: DigestSchedule | None) -> str:
    """Who is taken to read it; Slack is not asked from here."""
    if schedule is None:
        return "Written for full members only: with costs."
    if schedule.has_outsiders is None:
        return (
            "Slack was not asked yet who is in the channel. This is written as if guests or "
            "people from outside were: without costs."
        )
    if schedule.has_outsiders:
        return "When Slack was last asked, outsiders were in the channel: without costs."
    return "When Slack was last asked, only full members were in the channel: with costs."


def _digest(
    tx: Transaction, schedule: DigestSchedule | None, owner: Person | None, at: dt.date | None
) -> Digest:
    """As the channel would read it."""
    timezone = schedule.timezone if schedule else preferences.current(tx).timezone
    zone = ZoneInfo(timezone)
    return digest_lines.digest_of(
        tx,
        schedule.scope if schedule else {},
        owner,
        at or tx.now.astimezone(zone).date(),
        zone,
        outsiders=_has_outsiders(schedule),
    )
