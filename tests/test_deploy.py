"""What docs/deploy.md hands out is what the bot is."""

import configparser
import re
import subprocess
from pathlib import Path

from bot.app import BACKGROUND_CONNECTIONS
from bot.cli import COMMANDS
from bot.http_connections import IDLE_SECONDS, MOST_CONNECTIONS, REQUEST_SECONDS
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
}


def unit(name: str) -> configparser.SectionProxy:
    """The service part of a unit."""
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]  # systemd minds the case
    read.read(ROOT / "deploy" / name, encoding="utf-8")
    return read["Service"]


def test_the_units_start_commands_that_are_there_as_somebody_who_may_nothing_else() -> None:
    for name in ("influencer-bot.service", "influencer-bot-backup.service"):
        service = unit(name)
        started = re.findall(r"/bin/influencer-bot ([a-z-]+)", service["ExecStart"])
        assert started, name
        assert set(started) <= set(COMMANDS), name
        assert service["User"] == "influencer-bot"
        assert {key: service[key] for key in HARDENED} == HARDENED, name


def test_a_command_beside_the_service_has_its_user_its_settings_and_its_folder(
    tmp_path: Path,
) -> None:
    """As root it would look at another database, or leave files that the service can't open."""
    said = tmp_path / "systemd-run"
    said.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    said.chmod(0o755)
    told = subprocess.run(
        [ROOT / "deploy/influencer-bot", "restore", "a file"],
        env={"PATH": f"{tmp_path}:/bin:/usr/bin"}, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip

    service = unit("influencer-bot.service")
    program, _ = service["ExecStart"].split()
    assert told[-3:] == [program, "restore", "a file"]
    assert f"--uid={service['User']}" in told
    assert f"--property=EnvironmentFile={service['EnvironmentFile']}" in told
    assert f"--property=UMask={service['UMask']}" in told
    assert f"--setenv={service['Environment'].split()[0]}" in told
    assert f"--working-directory={service['WorkingDirectory']}" in told


def test_the_container_is_nobody_special_and_holds_all_that_the_bot_is_made_of() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    packages = re.search(r"^packages = \[(.*)\]$", (ROOT / "pyproject.toml").read_text(), re.M)

    assert "USER 10001:10001" in lines
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert next(line for line in lines if line.startswith("CMD")) == 'CMD ["serve"]'
    assert packages is not None
    assert {f"!{name}" for name in re.findall(r"\w+", packages[1])} <= set(sent)
    assert sent[0] == "*", "data and tokens beside the source stay out"


def test_the_guide_names_files_that_are_there_and_as_many_connections_as_a_process_opens() -> None:
    for file in set(re.findall(r"\]\(\.\./([\w./-]+)\)", GUIDE)):
        assert (ROOT / file).exists(), file
    threads = Settings.model_fields["server_threads"].default
    words = " ".join(GUIDE.split())
    assert f"`SERVER_THREADS` + {BACKGROUND_CONNECTIONS} connections" in words
    assert f"({threads + BACKGROUND_CONNECTIONS} by default)" in words


def test_the_guide_says_what_becomes_of_connections_as_the_server_treats_them() -> None:
    words = " ".join(GUIDE.split())
    assert f"**At most {MOST_CONNECTIONS} connections**" in words
    assert f"ends after {IDLE_SECONDS} s, and a request has {REQUEST_SECONDS} s to arrive" in words


def test_the_look_of_the_minute_costs_the_same_wherever_the_guide_says_it() -> None:
    [sentence] = re.findall(r"look takes (\d+) statements a workspace and minute", GUIDE)
    [in_table] = re.findall(r"^\| each minute \|.*\| (\d+) statements, \d+ ms \|$", GUIDE, re.M)
    [of_many] = re.findall(r"With 1,000 workspaces that is ([\d,]+) statements", GUIDE)

    assert sentence == in_table
    assert int(of_many.replace(",", "")) == 1_000 * int(sentence)
