"""The documents claim what is so."""

import re
from pathlib import Path

import pytest

from bot.cli import COMMANDS
from bot.settings import Settings

ROOT = Path(__file__).parents[1]


def test_every_setting_is_in_the_table_with_its_default_and_no_other() -> None:
    table = dict(
        re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", (ROOT / "docs/settings.md").read_text(), re.M)
    )

    assert {name.upper() for name in Settings.model_fields} == set(table)
    for name in ("slack_api_base_url", "data_dir", "server_threads", "log_level"):
        assert f"`{Settings.model_fields[name].default}`" == table[name.upper()]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_of_the_command_line_is_in_the_readme(command: str) -> None:
    assert f"influencer-bot {command}" in (ROOT / "README.md").read_text() or (
        f"`{command}" in (ROOT / "docs/command-line.md").read_text()
    )


@pytest.mark.parametrize("document", sorted(ROOT.glob("docs/**/*.md")), ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", document.read_text()):
        assert (document.parent / target).exists(), f"{document.name} links to {target}"
