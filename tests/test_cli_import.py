"""`influencer-bot import` and `imports`, as somebody at a terminal uses them."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from domain.creator import Platform, RateDefinition
from storage import creators, imports, lists, profiles, workspaces
from storage.database import Database
from tests.command_line import run
from tests.test_import import REAL

FILE = "handle,followers,er,reach\n@anna,1200,3%,50\nben,800,2%,40\n,5,1%,1\n"


class Terminal:
    """Commands in one folder with one database."""

    def __init__(self, database: Database, folder: Path) -> None:
        """Files are written to `folder`."""
        self.database, self.folder = database, folder
        self.url = database.url.render_as_string(hide_password=False)

    def run(self, *arguments: str, typed: str = "") -> Result:
        """Run a command and give what came of it."""
        return run(*arguments, database_url=self.url, folder=self.folder, typed=typed)

    def json(self, *arguments: str) -> Any:
        """Run a command that prints JSON and nothing else."""
        result = self.run(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def write(self, content: str = FILE, name: str = "creators.csv") -> str:
        """A file to import."""
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return str(path)

    def reading(self) -> Any:
        """A look into the database."""
        return self.database.reading(workspaces.only(self.database).id or 0)

    def writing(self) -> Any:
        """A change."""
        return self.database.writing(workspaces.only(self.database).id or 0)


@pytest.fixture
def terminal(database: Database, tmp_path: Path) -> Terminal:
    """An empty database."""
    return Terminal(database, tmp_path)


def test_a_file_is_shown_asked_about_and_stored(terminal: Terminal) -> None:
    result = terminal.run(
        "import", terminal.write(), "--platform", "tiktok", typed="2026-10-01\ny\n"
    )

    assert result.exit_code == 0, result.output
    assert "3 rows in: 2 new, 0 updated, 0 already known, 1 skipped" in result.output
    assert "row 4 has no handle" in result.output
    with terminal.reading() as tx:
        (anna,) = profiles.by_handle(tx, "anna")
        known = profiles.current(tx, [anna.id or 0])[anna.id or 0].snapshot
        assert (known.platform, str(known.as_of)) == (Platform.TIKTOK, "2026-10-01")
        assert list(lists.names(tx).values()) == ["creators"]
    assert list((terminal.folder / "command-line" / "imports").iterdir()) == []


def test_nothing_is_stored_when_the_answer_is_no(terminal: Terminal) -> None:
    result = terminal.run(
        "import", terminal.write(), "--platform", "x", "--as-of", "unknown", typed="n\n"
    )
    assert result.exit_code == 1
    with terminal.reading() as tx:
        assert imports.recent(tx) == []


def test_a_date_that_nobody_knows_is_asked_for_and_never_invented(terminal: Terminal) -> None:
    refused = terminal.run("import", terminal.write(), "--platform", "x", "--yes")
    assert refused.exit_code == 1
    assert "--as-of unknown" in refused.output

    said = terminal.json("import", terminal.write(), "--platform", "x", "--as-of", "unknown")
    assert said["as_of"] is None
    with terminal.reading() as tx:
        (anna,) = profiles.by_handle(tx, "anna")
        assert profiles.current(tx, [anna.id or 0])[anna.id or 0].snapshot.as_of is None


def test_json_holds_the_mapping_and_the_counts_and_nothing_else(terminal: Terminal) -> None:
    said = terminal.json(
        "import", terminal.write(), "--platform", "x", "--as-of", "2026-10-01",
        "--set", "reach=average_views", "--list", "Spring",
    )  # fmt: skip

    fields = {column["column"]: column["field"] for column in said["mapping"]}
    assert fields == {"handle": "handle", "followers": "followers", "er": "engagement_rate",
                      "reach": "average_views"}  # fmt: skip
    assert (said["rows"], said["new"], said["updated"], said["skipped"]) == (3, 2, 0, 1)
    assert said["skipped_rows"] == [{"row": 4, "reason": "has no handle"}]
    assert said["mapping"][2]["samples"][0] == {"written": "3%", "read": "3 %"}
    with terminal.reading() as tx:
        assert list(lists.names(tx).values()) == ["Spring"]


def test_a_rate_is_read_and_divided_as_the_options_say(terminal: Terminal) -> None:
    path = terminal.write("handle,followers,er\n@anna,1200,0.5\nben,800,0.4\n")
    said = terminal.json("import", path, "--platform", "instagram", "--as-of", "unknown",
                         "--set", "er=engagement rate fraction", "--rates-by", "reach")  # fmt: skip
    assert said["mapping"][2]["samples"][0] == {"written": "0.5", "read": "50 %"}
    assert said["mapping"][2]["definition"] == "reach"
    with terminal.reading() as tx:
        (anna,) = profiles.by_handle(tx, "anna")
        known = profiles.current(tx, [anna.id or 0])[anna.id or 0].snapshot.figures
    assert (known.engagement_rate, known.rate_definition) == (0.5, RateDefinition.REACH)


def test_fees_that_name_no_currency_get_the_one_that_is_said(terminal: Terminal) -> None:
    path = terminal.write("handle,fee\n@anna,40\nben,300 USD\n@carl,€ 5\n")
    options = ("import", path, "--platform", "x", "--as-of", "unknown", "--dry-run")
    assert "Some fees name no currency" in terminal.run(*options).output
    said = terminal.run(*options, "--currency", "eur").output
    assert "name no currency" not in said and "EUR 40.00" in said
    assert "is not a currency" in terminal.run(*options, "--currency", "banana").output


def test_a_dry_run_stores_nothing(terminal: Terminal) -> None:
    said = terminal.json("import", terminal.write(), "--platform", "x", "--dry-run")
    assert (said["profiles"], said["stored"], said["skipped"]) == (2, False, 1)
    with terminal.reading() as tx:
        assert imports.recent(tx) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--set", "nope=followers", "--platform", "x"), "There is no column “nope”"),
        (("--set", "er=nonsense", "--platform", "x"), "is not a field"),
        (("--as-of", "1.1.2026", "--platform", "x"), "is not a date"),
        (("--as-of", "2999-01-01", "--platform", "x"), "future"),
        (("--as-of", "unknown"), "Nothing says which platform"),
    ],
)
def test_what_is_said_wrongly_gets_a_sentence(
    terminal: Terminal, arguments: tuple[str, ...], sentence: str
) -> None:
    result = terminal.run("import", terminal.write(), "--yes", *arguments)
    assert result.exit_code in (1, 2)
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_a_file_that_nobody_can_read_ends_with_one_sentence(terminal: Terminal) -> None:
    result = terminal.run("import", terminal.write("handle,followers\n"), "--yes")
    assert result.exit_code == 1
    assert "header and no rows below it" in result.output


def test_a_second_file_can_go_into_the_list_of_the_first(terminal: Terminal) -> None:
    options = ("--platform", "x", "--as-of", "unknown", "--list", "Spring")
    terminal.json("import", terminal.write("handle,followers\n@anna,5\n"), *options)
    terminal.json("import", terminal.write("handle,followers\n@ben,7\n"), *options)
    with terminal.reading() as tx:
        ((number, name),) = lists.names(tx).items()
        assert (name, lists.sizes(tx, [number])) == ("Spring", {number: 2})


def test_a_list_of_an_import_that_is_not_done_is_refused_and_leaves_nothing(
    terminal: Terminal,
) -> None:
    with terminal.writing() as tx:
        imports.queue(tx, imports.create(tx, "other.csv", None), "Spring")
    options = ("--platform", "x", "--as-of", "unknown", "--list", "Spring")
    result = terminal.run("import", terminal.write(), "--yes", *options)
    assert result.exit_code == 1
    assert "“Spring” belongs to an import that is not done" in result.output
    assert list((terminal.folder / "command-line" / "imports").iterdir()) == []
    with terminal.reading() as tx:
        assert len(imports.recent(tx)) == 1


def test_dates_that_can_be_read_both_ways_are_asked_and_read_as_said(terminal: Terminal) -> None:
    file = terminal.write("handle,followers,date\n@anna,5,03/04/2026\n@ben,7,01/02/2026\n")
    result = terminal.run("import", file, "--yes", "--platform", "x")
    assert result.exit_code == 1
    assert "“03/04/2026” in “date” may be 3 April 2026 or 4 March 2026" in result.output
    assert "--dates day-month or --dates month-day" in result.output

    terminal.json("import", file, "--platform", "x", "--dates", "month-day")
    with terminal.reading() as tx:
        (anna,) = profiles.by_handle(tx, "anna")
        known = profiles.current(tx, [anna.id or 0])[anna.id or 0].snapshot
    assert known.as_of == dt.date(2026, 3, 4)


def test_imports_lists_undoes_and_prints_skipped_rows(terminal: Terminal) -> None:
    terminal.json("import", terminal.write(), "--platform", "x", "--as-of", "unknown")
    listed = terminal.run("imports").output
    assert "creators.csv" in listed and "the command line" in listed
    assert "row,reason\n4,has no handle" in terminal.run("imports", "--skipped", "1").output

    undone = terminal.run("imports", "--undo", "1", "--yes")

    assert "2 creators removed" in undone.output
    assert terminal.json("imports")[0]["state"] == "undone"
    again = terminal.run("imports", "--undo", "1", "--yes")
    assert again.exit_code == 1
    assert "nothing to undo" in again.output


def test_undo_names_who_stays_and_why_one_a_line(terminal: Terminal) -> None:
    rows = "".join(f"@person{number:02},1200\n" for number in range(18))
    path = terminal.write(f"handle,followers\n{rows}")
    terminal.json("import", path, "--platform", "x", "--as-of", "unknown")
    with terminal.database.writing(workspaces.only(terminal.database).id or 0) as tx:
        (one,) = profiles.by_handle(tx, "person00")
        creators.add_note(tx, one.creator_id, "Nice", None, None)
    terminal.json("import", path, "--platform", "x", "--as-of", "unknown")

    lines = terminal.run("imports", "--undo", "1", "--yes").output.splitlines()

    assert lines[1:3] == ["18 stay:", "  @person00: noted, known from another import too"]
    assert lines[3] == "  @person01: known from another import too"
    assert lines[-1] == "  and 3 more"
    assert len(lines) == 2 + 15 + 1


def test_real_files_come_in_by_the_command_line(terminal: Terminal, shared_data: Path) -> None:
    """A workbook, a table, and one that repeats accounts; the others are stored without it."""
    for name in ("rutube_influencers.xlsx", "tt_nigeria.csv", "ig_ramjas_dec2022.csv"):
        created, _, _, merged, skipped = REAL[name]
        path = shared_data / "creators" / name
        said = terminal.json("import", str(path), "--as-of", "unknown", "--dry-run")
        assert (said["profiles"], said["merged"], said["skipped"]) == (created, merged, skipped)
    name = "ig_top_insta_influencers_data.csv"
    said = terminal.json("import", str(shared_data / "creators" / name), "--as-of", "unknown")
    assert (said["new"], said["skipped"]) == (199, 1)
