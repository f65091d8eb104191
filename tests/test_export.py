"""Everything that went in comes out, and no spreadsheet runs what is in it."""

import csv
import io
import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from python_calamine import load_workbook

from domain.creator import Platform, ProfileSnapshot
from domain.exporting import RISKY, safe
from storage import index, profile_store
from tests import command_line
from tests.slack import Slack

DANGEROUS = '=HYPERLINK("http://evil.example","x")'


def test_an_export_holds_every_profile_in_all_three_formats(
    demo: Slack, database_url: str, tmp_path: Path
) -> None:
    assert demo.workspace_id
    files = {kind: tmp_path / f"creators.{kind}" for kind in ("csv", "xlsx", "json")}
    for path in files.values():
        result = command_line.run("export", str(path), database_url=database_url, folder=tmp_path)
        assert result.exit_code == 0, result.output

    rows = list(csv.DictReader(io.StringIO(files["csv"].read_text("utf-8-sig"))))
    sheet = load_workbook(str(files["xlsx"])).get_sheet_by_index(0).to_python()
    objects = json.loads(files["json"].read_text())

    assert len(rows) == len(sheet) - 1 == len(objects) == 360
    assert [row["Handle"] for row in rows] == [one["Handle"] for one in objects]
    followers = {row["Handle"]: row["Followers"] for row in rows}
    assert all(followers[one["Handle"]] == str(one["Followers"]) for one in objects)


def test_a_formula_in_a_name_is_text_in_the_file(
    slack: Slack, database_url: str, tmp_path: Path
) -> None:
    with slack.writing() as tx:
        profile_store.store(
            tx,
            [ProfileSnapshot(platform=Platform.INSTAGRAM, handle="risky", display_name=DANGEROUS)],
            slack.bot.services.vocabulary,
            index.pools(tx),
        )

    result = command_line.run("export", database_url=database_url, folder=tmp_path)

    row = next(csv.DictReader(io.StringIO(result.stdout_bytes.decode("utf-8-sig"))))
    assert row["Name"] == "'" + DANGEROUS


def test_an_export_to_an_unknown_kind_of_file_says_which_kinds_there_are(
    slack: Slack, database_url: str, tmp_path: Path
) -> None:
    assert slack.workspace_id
    result = command_line.run(
        "export", str(tmp_path / "creators.doc"), database_url=database_url, folder=tmp_path
    )

    assert result.exit_code == 2
    assert ".csv, .xlsx or .json" in result.output


@given(st.text())
def test_no_cell_begins_as_a_formula(text: str) -> None:
    cell = safe(text)

    assert isinstance(cell, str)
    assert not cell.startswith(RISKY)
    assert cell.removeprefix("'").endswith(text.removeprefix("'"))
