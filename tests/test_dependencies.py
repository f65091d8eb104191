"""What the bot stands on has no known vulnerability, and a licence that we may live with."""

import importlib.metadata
import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.version import Version

from scripts import audit
from tests.test_repository import pins

ROOT = Path(__file__).parent.parent
PERMISSIVE = re.compile(
    r"\b(MIT|MIT-0|BSD|0BSD|BSD-[23]-Clause|Apache|Apache-2\.0|ISC|PSF-2\.0|Python-2\.0|Zlib|CC0-1\.0"
    r"|ZPL|Zope|MPL-2\.0|Mozilla Public License|Apache Software License|LGPL-3\.0-only)\b"
)
STRONG = re.compile(r"\bA?GPL|\bSSPL|\bBUSL|Proprietary|Commons Clause", re.IGNORECASE)
AS_A_LIBRARY = {"psycopg", "psycopg-binary"}  # LGPL: used unchanged


def first_safe() -> dict[str, dict[str, str]]:
    text = (ROOT / "scripts" / "advisories.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["first_safe"]


def too_old(pinned: dict[str, str]) -> list[str]:
    """What is pinned below the first safe version."""
    return [
        f"{name} {pinned[name]}: {known['advisory']}"
        for name, known in first_safe().items()
        if name in pinned and Version(pinned[name]) < Version(known["version"])
    ]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_nothing_is_pinned_that_was_known_to_be_vulnerable(name: str) -> None:
    assert too_old(pins(name)) == []


def test_a_vulnerable_pin_would_be_found() -> None:
    assert too_old({"waitress": "3.0.0", "jinja2": "3.1.6"}) == [
        "waitress 3.0.0: CVE-2024-49768: works on after an error"
    ]


def test_every_advisory_is_about_something_that_is_used() -> None:
    assert first_safe().keys() - pins("requirements-dev.txt").keys() <= {"setuptools", "mako"}


def licence(name: str) -> str:
    """What a package says of its licence."""
    said = importlib.metadata.metadata(name)
    classifiers = [one for one in said.get_all("Classifier") or [] if one.startswith("License")]
    first_line = (said.get("License") or "").strip().partition("\n")[0]
    return " ".join([said.get("License-Expression") or "", first_line, *classifiers]).strip()


@pytest.mark.parametrize("name", sorted(pins("requirements.txt")))
def test_what_the_bot_runs_on_may_be_used_and_given_away_by_anybody(name: str) -> None:
    try:
        said = licence(name)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip(f"{name} is for another kind of machine")

    assert PERMISSIVE.search(said), said
    assert not STRONG.search(said), said
    assert ("LGPL" in said) == (name in AS_A_LIBRARY)


REPORT = {
    "dependencies": [
        {"name": "good", "version": "1", "vulns": []},
        {
            "name": "bad",
            "version": "2",
            "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}, {"id": "X", "fix_versions": []}],
        },
        {"name": "unknown", "skip_reason": "Dependency not found"},
    ]
}


def run_audit(folder: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> int:
    """Audit with a program in pip-audit's place that says this."""
    program = folder / "bin" / "pip-audit"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{said}\nEND\n")
    program.chmod(0o755)
    monkeypatch.setattr(audit, "PLACE", folder)
    return audit.main()


def test_a_known_vulnerability_fails_the_audit_with_its_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_audit(tmp_path, monkeypatch, json.dumps(REPORT)) == 1

    said = capsys.readouterr()
    assert "bad 2: PYSEC-1, cured by 2.1" in said.err
    assert "bad 2: X, cured by no version yet" in said.err
    assert "2 packages, 2 vulnerable; nothing is known of unknown." in said.out


@pytest.mark.parametrize(
    "said",
    [json.dumps({"dependencies": [{"name": "a", "skip_reason": "not found"}]}), "", "no network"],
)
def test_where_nobody_can_be_asked_the_audit_says_so_and_does_not_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], said: str
) -> None:
    assert run_audit(tmp_path, monkeypatch, said) == 0

    assert "skipped" in capsys.readouterr().out
