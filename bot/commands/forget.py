"""`influencer-bot forget`: remove a creator for good, or let one be brought in again."""

import json
from pathlib import Path

import click

from bot import settings as configuration
from bot.clock import Clock
from bot.commands.opened import opened
from domain.forgetting import is_typed_name
from domain.niche import default_vocabulary
from domain.wording import counted
from handlers import naming
from handlers.context import Context, Services
from handlers.forgetting import keys_of
from handlers.forgetting_work import work
from handlers.personal_export import as_json
from sources.writing import kind_of, write
from storage import (
    audit,
    creators,
    forgetting,
    forgetting_preview,
    forgotten_again,
    forgotten_keys,
    personal_export,
    personal_rows,
    workspaces,
)
from storage.database import Database
from storage.transaction import Transaction

ACTOR = "command line"


@click.command("forget")
@click.argument("creator", required=False)
@click.option("--yes", is_flag=True, help="Don't ask for the handle once more.")
@click.option("--allow", is_flag=True, help="Let somebody removed be brought in again.")
@click.option(
    "--export", "file", type=click.Path(dir_okay=False, path_type=Path),
    help="Write all that is known of them to this file (.json, .xlsx or .csv); remove nothing.",
)  # fmt: skip
@click.option(
    "--save", type=click.Path(dir_okay=False, path_type=Path),
    help="Write the hashes of all who were removed to this file, to keep beside a backup.",
)  # fmt: skip
@click.option(
    "--again", type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="After restoring a backup: remove all whose hashes are in this file once more.",
)  # fmt: skip
@click.option("--workspace", help="Slack team id, where the database holds several.")
def command(
    creator: str | None,
    yes: bool,
    allow: bool,
    file: Path | None,
    save: Path | None,
    again: Path | None,
    workspace: str | None,
) -> None:
    """Remove CREATOR (a handle, platform:handle or a link) for good, after showing what goes.

    Messages in Slack are edited by the server, as soon as it runs. Backups made before still hold
    them: after restoring one, remove them again.
    """
    if not (creator or save or again):
        raise click.UsageError("Say whom, for example instagram:anna.")
    with opened(workspace) as (database, workspace_id):
        if save or again:
            if save:
                _save(database, workspace_id, save)
            if again:
                _again(database, workspace_id, again)
            return
        creator = creator or ""
        if allow:
            _allow(database, workspace_id, creator)
            return
        with database.reading(workspace_id) as tx:
            number = _meant(tx, creator)
        if file is not None:
            _export(database, workspace_id, number, file)
            return
        with database.reading(workspace_id) as tx:
            preview = forgetting_preview.of(tx, personal_rows.family(tx, number))
        _show(preview)
        if not yes:
            typed = click.prompt("Type the handle to remove them for good")
            if not is_typed_name(typed, [handle for _, handle in preview.accounts]):
                raise click.ClickException("That is not the handle; nothing was removed.")
        _remove(database, workspace_id, number)


def _meant(tx: Transaction, typed: str) -> int:
    meant = naming.meant(tx, typed)
    if not meant.is_clear:
        several = ", ".join(f"{one.platform}:{one.handle}" for one in meant.found)
        why = f"Several are called so: {several}." if several else f"Nobody is called {typed}."
        raise click.ClickException(why)
    return creators.current_id(tx, meant.found[0].creator_id)


def _show(preview: forgetting_preview.Preview) -> None:
    for platform, handle in preview.accounts:
        click.echo(f"{platform}:{handle}")
    for name, words in forgetting_preview.COUNTED.items():
        if preview.counts[name]:
            click.echo(f"  {counted(preview.counts[name], *words)}")
    click.echo(
        f"  {counted(preview.open_cards, 'undecided card')}, "
        f"{counted(preview.running, 'partnership')} under way"
    )


def _remove(database: Database, workspace_id: int, number: int) -> None:
    settings = configuration.load()
    with database.writing(workspace_id, ACTOR) as tx:
        begun = forgetting.begin(tx, number, None, default_vocabulary())
        known = workspaces.get(tx)
    clock = Clock(settings.playground_clock_file)
    nobody: object = None
    services = Services(database, clock, nobody, settings.data_dir)  # type: ignore[arg-type]
    work({"forgetting": begun}, Context(services, known))
    with database.reading(workspace_id) as tx:
        row = forgetting.get(tx, begun)
    if row is None or row.state != forgetting.DONE:
        click.echo("An import is at work; the server does the rest when it is over.")
        return
    click.echo(f"Removed ({begun}). Messages in Slack are edited while the server runs.")
    for place, amount in row.to_clear.get("channels", {}).items():
        click.echo(f"  clear by hand: channel {place} ({counted(amount, 'message')})")
    for name in row.to_clear.get("files", {}):
        kind, day, actor = name.split("|", 2)
        click.echo(f"  clear by hand: a file of {kind}, taken by {actor} on {day}")


def _save(database: Database, workspace_id: int, file: Path) -> None:
    with database.reading(workspace_id) as tx:
        saved = forgotten_again.saved(tx)
    file.write_text(json.dumps(saved) + "\n")
    file.chmod(0o600)
    click.echo(f"{counted(len(saved['hashes']), 'hash', 'hashes')} written to {file}.", err=True)


def _again(database: Database, workspace_id: int, file: Path) -> None:
    saved = json.loads(file.read_text())
    if not saved["secret"]:
        click.echo("Nobody had been removed when this file was written.")
        return
    with database.writing(workspace_id, ACTOR) as tx:
        kept = forgotten_again.keep_away(tx, saved["secret"], saved["hashes"])
    with database.reading(workspace_id) as tx:
        back = forgotten_again.still_there(tx, saved["secret"], saved["hashes"])
    for number in back:
        _remove(database, workspace_id, number)
    click.echo(f"{counted(len(back), 'creator')} of the restored data removed again.")
    if not kept:
        click.echo("Since then this database has removed people by another secret: the others")
        click.echo("of the file are not kept away. Use it on the restored database at once.")


def _allow(database: Database, workspace_id: int, typed: str) -> None:
    with database.writing(workspace_id, ACTOR) as tx:
        amount = forgetting.allow(tx, forgotten_keys.whose(tx, keys_of(typed)))
    if not amount:
        raise click.ClickException("Nobody who was removed goes by that.")
    click.echo("They may be brought in again.")


def _export(database: Database, workspace_id: int, number: int, file: Path) -> None:
    kind = kind_of(file)
    if kind is None:
        raise click.UsageError("Say which format: a name that ends with .json, .xlsx or .csv.")
    with database.reading(workspace_id) as tx:
        found = personal_export.of(tx, number)
    with database.writing(workspace_id, ACTOR) as tx:
        audit.record(tx, "export", "creator", number, after={"format": kind})
    table = personal_export.as_table(found)
    file.write_bytes(as_json(found) if kind == "json" else write(table, kind))
    click.echo(f"{counted(sum(map(len, found.values())), 'thing')} written to {file}.", err=True)
