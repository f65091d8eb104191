"""What holds for the repository as a whole: files, requirements, scripts."""

import os
import re
import shutil
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
REQUIREMENTS = ["requirements.txt", "requirements-dev.txt"]
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[\w,-]+\])?==(\S+)", re.MULTILINE)
TEXT = {".py", ".md", ".yml", ".toml", ".txt", ".in", ".js", ".css", ".html", ".json", ".sh", ""}


def tracked_files() -> list[Path]:
    """Files that git knows; none where this is no checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix in TEXT]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall(text_of(ROOT / name)))


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_hold_no_address_to_download_from(name):
    text = text_of(ROOT / name)
    assert "://" not in text
    assert not re.search(
        r"^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)", text, re.M
    )
    assert not re.search(r"^[\w.-]+ *@", text, re.M)


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned_with_hashes(name):
    blocks = re.split(r"\n(?=[a-z0-9])", text_of(ROOT / name).strip())
    assert len(blocks) > 30
    for block in blocks:
        assert PIN.match(block), block.splitlines()[0]
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_a_test_run_uses_the_same_versions_as_the_bot():
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


def names(requirements: list[str]) -> set[str]:
    bare = [re.match(r"[\w.-]+", requirement) for requirement in requirements]
    return {re.sub(r"[-_.]+", "-", found[0]).lower() for found in bare if found}


def project() -> dict[str, object]:
    return tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]


def test_every_dependency_is_pinned_and_its_choice_explained():
    building = text_of(ROOT / "requirements-build.in").splitlines()
    used = names([*project()["dependencies"], *building])
    developing = names(project()["optional-dependencies"]["dev"])
    assert used <= pins("requirements.txt").keys()
    assert used | developing <= pins("requirements-dev.txt").keys()
    explained = set(re.findall(r"^\| `([\w.-]+)`", text_of(ROOT / "docs/dependencies.md"), re.M))
    measuring = names(project()["optional-dependencies"]["benchmarks"])
    assert explained == used | developing | measuring


def test_nothing_is_left_for_later():
    later = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked_files()
        if path.name not in REQUIREMENTS
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if later.search(line)
    ]
    assert found == []


def test_no_python_file_is_named_for_what_does_not_belong_together():
    vague = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py"}
    assert [path for path in tracked_files() if path.name in vague] == []


@pytest.mark.parametrize("script", ["start", "check", "scripts/environment.sh"])
def test_the_scripts_are_plain_posix_shell(script):
    subprocess.run(["sh", "-n", str(ROOT / script)], check=True)
    text = text_of(ROOT / script)
    assert not re.search(r"\[\[|^\s*local |^\s*function |<<<|&>|\bsource ", text, re.M)


FAKE_PYTHON = """#!/bin/sh
case "$*" in *ensurepip*) exit ${VENV:-0};; esac
case "$1" in -m) echo "python $*" >> calls;; esac
"""
FAKE_BOT = """#!/bin/sh
echo "influencer-bot $*" >> calls
"""


def script_in(folder: Path, *arguments: str, **environment: str) -> tuple[int, str, list[str]]:
    """Run a script in a copy that needs no network: exit status, output, what was called."""
    folder.mkdir(exist_ok=True)
    (folder / "scripts").mkdir(exist_ok=True)
    for name in ["start", "check", "scripts/environment.sh", "pyproject.toml", *REQUIREMENTS]:
        if not (folder / name).exists():
            shutil.copy(ROOT / name, folder / name)
    done = subprocess.run(
        ["sh", str(folder / arguments[0]), *arguments[1:]],
        cwd=folder.parent,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    calls = folder / "calls"
    made = calls.read_text().splitlines() if calls.exists() else []
    calls.unlink(missing_ok=True)
    return done.returncode, done.stdout + done.stderr, made


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_without_a_new_enough_python_start_says_what_is_needed(tmp_path):
    status, said, calls = script_in(tmp_path / "repo", "start", PYTHON="/bin/false")
    assert (status, calls) == (1, [])
    assert said.startswith("influencer-bot: needs Python 3.11 or newer, and found none.")


def test_without_venv_start_says_how_to_get_it(tmp_path):
    fake = program(tmp_path / "python", FAKE_PYTHON)
    status, said, calls = script_in(tmp_path / "repo", "start", PYTHON=str(fake), VENV="1")
    assert (status, calls) == (1, [])
    assert "apt-get install python3-venv" in said


def test_start_installs_what_is_pinned_once_and_again_only_when_it_changes(tmp_path):
    repo = tmp_path / "repo"
    program(repo / ".venv/bin/python", FAKE_PYTHON)
    program(repo / ".venv/bin/influencer-bot", FAKE_BOT)

    status, _, calls = script_in(repo, "start", "--port", "9000")
    assert status == 0
    assert "--require-hashes -r requirements.txt" in calls[0]
    assert "--no-deps --no-build-isolation --editable ." in calls[1]
    assert calls[2:] == ["influencer-bot playground --port 9000"]
    assert script_in(repo, "start")[2] == ["influencer-bot playground"]
    with (repo / "requirements.txt").open("a") as more:
        more.write("# changed")
    assert len(script_in(repo, "start")[2]) == 3


def test_an_installation_that_failed_is_tried_again(tmp_path):
    repo = tmp_path / "repo"
    program(repo / ".venv/bin/python", FAKE_PYTHON + '[ "$1" != -m ]')
    status, said, calls = script_in(repo, "start")
    assert (status, len(calls)) == (1, 1)
    assert "could not install requirements.txt" in said
    assert len(script_in(repo, "start")[2]) == 1


def test_check_stops_at_the_first_failure_and_hands_its_arguments_to_pytest(tmp_path):
    repo = tmp_path / "repo"
    program(repo / ".venv/bin/python", FAKE_PYTHON)
    for name in ("ruff", "mypy", "pytest"):
        program(repo / ".venv/bin" / name, FAKE_BOT.replace("influencer-bot", name))
    status, _, calls = script_in(repo, "check", "-k", "gate")
    assert status == 0
    assert [call.split()[0] for call in calls[2:]] == ["ruff", "ruff", "mypy", "pytest"]
    assert calls[-1] == "pytest -n 3 --dist worksteal --one-database-each -k gate"

    program(repo / ".venv/bin/mypy", FAKE_BOT.replace("influencer-bot", "mypy") + "exit 3")
    status, _, calls = script_in(repo, "check")
    assert (status, len(calls)) == (3, 3)


def test_the_script_of_the_pipeline_is_executable_and_runs_the_same_checks():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert "sh check" in text_of(script)
