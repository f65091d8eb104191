"""Everything that went in comes out, and no spreadsheet runs what is in it."""

import csv
import datetime as dt
import io
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook, load_workbook

from domain.conversion import Converter
from domain.creator import Figures, Money, Platform, ProfileSnapshot, RateDefinition
from domain.exporting import RISKY, as_meant, safe
from sources.files import propose_mapping, read_table
from sources.writing import write
from storage import exporting, index, profile_store
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


def test_a_formula_is_text_in_a_sheet_as_well() -> None:
    """Somebody may save the sheet as CSV, where nothing tells text from formulas."""
    file = io.BytesIO(write([{"Name": DANGEROUS}], "xlsx"))

    sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)

    assert sheet.to_python() == [["Name"], ["'" + DANGEROUS]]


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
    assert cell.replace("'", "") == text.replace("'", "")


@given(st.text(st.sampled_from("=+-@;\t\n\"' ,a1"), max_size=20))
def test_no_cell_begins_as_a_formula_where_semicolons_separate_them_either(text: str) -> None:
    """A German Excel takes a file with commas apart at semicolons, and its quotes for letters."""
    file = write([{"Name": "x", "Note": text}], "csv").decode("utf-8-sig")

    for cell in re.split("[;\t\r\n]", file):
        assert not cell.lstrip('"').startswith(tuple("=+-@")), cell


@given(st.text(st.sampled_from('=+-@;\t\n" ,a1'), max_size=20))
def test_what_was_made_text_is_read_as_it_was(text: str) -> None:
    assert as_meant(str(safe(text))) == text


FIGURES = Figures(
    followers=12_345, following=321, posts=98, total_views=1_000_000, average_views=4_567.5,
    average_likes=210, average_comments=12, average_shares=3, average_engagements=225,
    authentic_engagements=200, engagement_rate=0.0451, rate_definition=RateDefinition.REACH,
    fake_follower_share=0.125, credibility=0.875,
    fee=Money(amount=Decimal("1250.50"), currency="EUR"),
)  # fmt: skip
FULL = ProfileSnapshot(
    platform=Platform.INSTAGRAM, handle="mara.full", display_name="Mara 美 & “Co”",
    url="https://www.instagram.com/mara.full/", bio="-30 % off; two\nlines, =quotes",
    categories=("Skincare", "Make-up"), country="DE", language="de", audience_country="AT",
    audience_language="de", verified=True, email="mara@example.com", figures=FIGURES,
    as_of=dt.date(2026, 3, 4), source="import:list.csv", tags=("vegan", "vip"),
    extra={"Agency": "+North", "Name": "M. Full", "=cmd": "1"},
)  # fmt: skip
PLAIN = ProfileSnapshot(
    platform=Platform.TIKTOK, handle="-nils.plain", display_name="Nils", source="import:list.csv",
    figures=Figures(engagement_rate=0.2, rate_definition=RateDefinition.VIEWS),
    extra={"Shoe size": "43"},
)  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_exported_file_imports_again_the_same(slack: Slack, tmp_path: Path, kind: str) -> None:
    """Every figure with its definition and date, texts with signs that spreadsheets run, extras."""
    with slack.writing() as tx:
        profile_store.store(tx, [FULL, PLAIN], slack.bot.services.vocabulary, index.pools(tx))
    with slack.reading() as tx:
        exported = list(exporting.creators(tx))
    path = tmp_path / f"creators.{kind}"
    path.write_bytes(write(exported, kind))

    table = read_table(path)
    converter = Converter(propose_mapping(table))
    read = [converter.convert(row, at) for at, row in table.rows()]

    came = {one.handle: one for one in read if isinstance(one, ProfileSnapshot)}
    for before in (FULL, PLAIN):
        after = came[before.handle]
        name = {"Name": "Name (from a file)"}
        extra = {name.get(header, header): value for header, value in before.extra.items()}
        said = {"source": "", "extra": {}}
        assert (
            after.model_copy(update=said).model_dump()
            == before.model_copy(update=said).model_dump()
        )
        assert after.extra == extra
    assert not converter.remarks.problems
