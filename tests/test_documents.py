"""The documents claim what is so."""

import importlib
import re
from pathlib import Path

import click
import pytest

from bot import manifest
from bot.cli import COMMANDS
from bot.settings import Settings
from domain.post_link import MOST_POSTS
from domain.query import MAX_CHARACTERS
from domain.shortlist import MOST_APPROVERS
from handlers import posting, shortlist
from sources.files import MAX_ROWS
from storage import deliveries, imports, jobs, sending
from views.help import COMMANDS as SLASH_COMMANDS

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def text_of(name: str) -> str:
    """A document on one line, as its sentences are read."""
    return " ".join((ROOT / name).read_text(encoding="utf-8").split())


def part_of(name: str, heading: str) -> str:
    """What stands under a heading of the second level."""
    parts = re.split(r"^## ", (ROOT / name).read_text(encoding="utf-8"), flags=re.M)
    found = [part for part in parts if part.startswith(f"{heading}\n")]
    assert len(found) == 1, f"{name} has {len(found)} parts headed {heading}"
    return found[0]


def test_every_setting_is_in_the_table_with_its_default_and_no_other() -> None:
    table = dict(
        re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", (ROOT / "docs/settings.md").read_text(), re.M)
    )

    assert {name.upper() for name in Settings.model_fields} == set(table)
    for name in ("slack_api_base_url", "data_dir", "server_threads", "log_level"):
        assert f"`{Settings.model_fields[name].default}`" == table[name.upper()]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_of_the_command_line_is_documented_with_its_options(name: str) -> None:
    command: click.Command = importlib.import_module(f"bot.commands.{COMMANDS[name]}").command
    documented = part_of("docs/command-line.md", f"`{name}`")
    everywhere = text_of("docs/command-line.md").partition("## ")[0]
    options = {
        option
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
        if option.startswith("--")
    }

    assert {option for option in options if option not in documented + everywhere} == set()
    assert set(re.findall(r"--[a-z][a-z-]+", documented)) <= options


def test_no_command_of_the_command_line_is_documented_that_is_not_there() -> None:
    headings = re.findall(r"^## `([\w-]+)`", (ROOT / "docs/command-line.md").read_text(), re.M)
    assert sorted(headings) == sorted(COMMANDS)


@pytest.mark.parametrize("command", sorted(SLASH_COMMANDS.keys() - {"help"}))
def test_every_slash_command_is_explained_in_the_documents(command: str) -> None:
    explained = " ".join(text_of(str(each.relative_to(ROOT))) for each in ROOT.glob("docs/*.md"))
    assert re.search(rf"/influencer {command}\b", explained)


def test_every_scope_and_event_of_the_manifest_is_explained_and_no_other() -> None:
    rows = re.findall(r"^\| (`.+?) \| .+? \|$", part_of("docs/running.md", _SCOPES), re.M)
    explained = [name for row in rows for name in re.findall(r"`([\w:]+)`", row)]
    optional = [
        name for row in rows if "(optional)" in row for name in re.findall(r"`([\w:]+)`", row)
    ]
    wanted = manifest.required_scopes() | manifest.optional_scopes() | manifest.events()

    assert sorted(explained) == sorted(wanted)
    assert sorted(optional) == sorted(manifest.optional_scopes())


_SCOPES = "What the scopes are for"


def test_the_limits_in_the_documents_are_those_of_the_code() -> None:
    limits = text_of("docs/running.md").partition("## Limits")[2]
    for said in (
        f"{MAX_ROWS:,} rows a file",
        f"{MAX_CHARACTERS} characters a search",
        f"{shortlist.MOST_AT_ONCE} creators at once and {posting.MOST_CARDS} on a shortlist",
        f"{MOST_APPROVERS} approvers",
        f"{MOST_POSTS} posts a partnership",
    ):
        assert said in limits
    assert f"{imports.KEPT_FOR_REVIEW.total_seconds() / 3600:.0f} hours" in text_of(
        "docs/importing.md"
    )


def test_what_is_said_to_be_kept_is_kept_as_long() -> None:
    said = text_of("docs/running.md")
    assert f"Keys of deliveries are kept for {deliveries.KEPT.days} days" in said
    assert f"sent messages and finished jobs for {sending.KEPT.days}" in said
    assert sending.KEPT == jobs.KEPT


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_pictures_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text)
    targets += re.findall(r'src="(?!https?:)([^"]+)"', text)
    for target in targets:
        assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_the_readme_leads_to_every_document() -> None:
    linked = set(re.findall(r"\]\((docs/[\w-]+\.md)", (ROOT / "README.md").read_text()))
    assert linked == {str(path.relative_to(ROOT)) for path in ROOT.glob("docs/*.md")}


@pytest.mark.parametrize("name", ["README.md", "docs/running.md"])
def test_where_hosts_are_named_the_platforms_are_too(name: str) -> None:
    named = text_of(name).partition("`files.slack.com`")[2][:400]
    assert "platforms on which it looks" in named
    assert "`LIVE_SOURCES=off`" in named
    assert "sources.md" in named


def test_every_picture_is_shown_and_they_are_small() -> None:
    pictures = list((ROOT / "docs/pictures").glob("*.png"))
    shown = (ROOT / "README.md").read_text()
    assert [one.name for one in pictures if one.name not in shown] == []
    assert sum(one.stat().st_size for one in pictures) < 1_500_000
