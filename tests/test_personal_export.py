"""All that is known of one creator, as a file to give them; and the same at the command line."""

import io
import json
from pathlib import Path

from openpyxl import load_workbook
from sqlalchemy import delete

from domain.creator import Platform
from storage import audit, brands, creators, people, personal_export, personal_rows
from storage.models import ForgetSecret, Forgetting, ForgottenKey, Note, Profile, Reason
from tests import command_line
from tests.forgetting import (
    CANARY,
    EMAIL,
    HANDLE,
    NAME,
    ON_SQLITE,
    creator_of,
    places_with,
    profile,
    store,
)
from tests.partnering import rows
from tests.shortlisting import CROSS, add_creators, shortlist
from tests.slack import Slack


def files(slack: Slack, who: str) -> dict[str, bytes]:
    """Files that somebody got privately, by the end of their name."""
    state = slack.workspace.store
    sent = [number for one in slack.workspace.direct_messages(who) for number in one.files]
    return {Path(state.files[one].name).suffix: state.files[one].content for one in sent}


def scene(slack: Slack) -> int:
    """Somebody with notes, one of them of a brand that Olivia does not see."""
    store(slack, profile(extra={"Formula": "=1+1"}))
    add_creators(slack, "mara")
    number = creator_of(slack)
    with slack.writing() as tx:
        ana = people.get(tx, slack.workspace.user("ana").id)
        brand = brands.create(tx, "Hush", ana.id)
        brands.limit(tx, brand, True, [ana])
        creators.add_note(tx, number, "=cmd|' /C calc'!A0", None, ana.id)
        creators.add_note(tx, number, "of the hidden brand", brand.id, ana.id)
        creators.add_tag(tx, number, "vip", ana.id)
    made = shortlist(slack, HANDLE, "mara", approvers=("ana", "ben"))
    slack.react("ana", CROSS, made.cards[HANDLE])
    return number


@ON_SQLITE
def test_all_that_is_known_comes_as_json_and_as_a_sheet_to_read(slack: Slack) -> None:
    scene(slack)

    said = slack.command("olivia", f"export @{HANDLE}")

    assert "all that is known of this creator" in said.text
    sent = files(slack, "olivia")
    known = json.loads(sent[".json"])
    assert list(known)[:3] == ["Person", "Accounts", "What sources said"]
    assert known["Person"][0]["name"] == NAME
    assert known["What sources said"][0]["content"]["email"] == EMAIL
    assert [one["text"] for one in known["Notes"]] == ["=cmd|' /C calc'!A0"]
    assert known["Shortlists"][0]["state"] == "rejected"
    assert "mara" not in sent[".json"].decode()
    sheet = load_workbook(io.BytesIO(sent[".xlsx"])).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert NAME in cells
    assert not [cell for cell in cells if cell.startswith("=")]
    assert "limited to others is left out" in slack.private("olivia")[-1]


@ON_SQLITE
def test_only_owners_and_managers_take_it_away_and_it_is_on_record(slack: Slack) -> None:
    number = scene(slack)
    assert "owner" in slack.command("ana", f"export @{HANDLE}").text.lower()
    assert files(slack, "ana") == {}
    slack.command("olivia", f"export @{HANDLE}")
    with slack.reading() as tx:
        entry = audit.of(tx, "creator", number)[-1]
    assert (entry.action, entry.actor) == ("export", slack.workspace.user("olivia").id)


def test_every_table_about_creators_is_in_it_or_left_out_with_a_reason() -> None:
    """A new one is in it under its own name until it gets a title."""
    names = {table.name for table in personal_rows.tables()}
    assert names == set(personal_export.TITLES) | set(personal_export.OTHERS)


@ON_SQLITE
def test_at_the_command_line_one_is_shown_exported_removed_and_allowed(
    slack: Slack, tmp_path: Path
) -> None:
    scene(slack)

    def run(*arguments: str, typed: str = "") -> str:
        url = slack.bot.settings.database_url
        made = command_line.run(
            "forget", *arguments, database_url=url, folder=tmp_path, typed=typed
        )
        return made.output

    file = tmp_path / "all.json"
    assert "written to" in run(HANDLE, "--export", str(file))
    assert {one["text"] for one in json.loads(file.read_text())["Notes"]} >= {"of the hidden brand"}
    file.unlink()
    shown = run(HANDLE, typed="somebody\n")
    assert f"instagram:{HANDLE}" in shown
    assert "2 notes" in shown
    assert "nothing was removed" in shown
    assert rows(slack, Forgetting) == []

    done = run(HANDLE, typed=f"{HANDLE}\n")

    assert "Removed (1)" in done
    assert "clear by hand: a file of creator" in done
    slack.settle()
    assert places_with(slack) == []
    assert rows(slack, Note) == rows(slack, Reason) == []
    assert store(slack, profile()) == [1]
    assert "brought in again" in run(HANDLE, "--allow")
    assert store(slack, profile()) == [0]
    assert [one.handle for one in rows(slack, Profile)][-1] == HANDLE
    assert CANARY in str(places_with(slack)).lower()


@ON_SQLITE
def test_after_a_restore_those_removed_before_are_removed_again(
    slack: Slack, tmp_path: Path
) -> None:
    """The restored database knows nothing of the removal; the file kept beside it does."""

    def run(*arguments: str) -> str:
        url = slack.bot.settings.database_url
        return command_line.run("forget", *arguments, database_url=url, folder=tmp_path).output

    file = tmp_path / "removed.json"
    store(slack, profile())
    run(HANDLE, "--yes")
    assert "2 hashes written" in run("--save", str(file))
    assert CANARY not in file.read_text().lower()
    with slack.writing() as tx:  # as it was before
        for model in (ForgottenKey, ForgetSecret, Forgetting):
            tx.session.execute(delete(model))
    store(slack, profile(), profile(Platform.TIKTOK, handle="bo", display_name="Bo", email=None))

    said = run("--again", str(file))

    assert "1 creator of the restored data removed again." in said
    assert [one.handle for one in rows(slack, Profile)] == ["bo"]
    assert store(slack, profile()) == [1]
    assert "0 creators" in run("--again", str(file))
