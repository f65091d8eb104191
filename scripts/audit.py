"""Asks whether anything that is pinned has a known vulnerability: `python3 scripts/audit.py`.

pip-audit asks the public database of advisories, in an environment of its own. Exit 1: something
is vulnerable. Where nobody can be asked, that is said and the exit is 0: the pipeline runs without
a network too, and `scripts/advisories.toml` holds what was known when it was last read.
"""

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
PLACE = ROOT / ".venv" / "audit"
TOOL = "pip-audit==2.10.1"
SECONDS = 300
FILES = ("requirements.txt", "requirements-dev.txt")


class Verdict(NamedTuple):
    """vulnerable: one line a finding. asked, silent: packages with and without an answer."""

    vulnerable: list[str]
    asked: list[str]
    silent: list[str]


def judge(report: dict[str, Any]) -> Verdict:
    """What pip-audit's JSON says."""
    vulnerable, asked, silent = [], [], []
    for package in report["dependencies"]:
        if "skip_reason" in package:
            silent.append(package["name"])
            continue
        asked.append(package["name"])
        for one in package["vulns"]:
            cure = ", ".join(one["fix_versions"]) or "no version yet"
            said = f"{package['name']} {package['version']}: {one['id']}, cured by {cure}"
            vulnerable.append(said)
    return Verdict(vulnerable, asked, silent)


def main() -> int:
    """Audit each file of pins; the exit status."""
    status = 0
    for name in FILES:
        try:
            verdict = judge(_ask(ROOT / name))
        except (OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
            print(f"audit of {name}: skipped, for pip-audit can't be had ({type(error).__name__}).")
            continue
        if not verdict.asked:
            print(f"audit of {name}: skipped, for the database of advisories can't be asked.")
            continue
        for line in verdict.vulnerable:
            print(f"audit of {name}: {line}", file=sys.stderr)
        missing = f"; nothing is known of {', '.join(verdict.silent)}" if verdict.silent else ""
        found = len(verdict.vulnerable)
        print(f"audit of {name}: {len(verdict.asked)} packages, {found} vulnerable{missing}.")
        status = status or int(bool(verdict.vulnerable))
    return status


def _ask(pins: Path) -> dict[str, Any]:
    program = PLACE / "bin" / "pip-audit"
    if not program.exists():
        venv.create(PLACE, with_pip=True)
        install = [PLACE / "bin" / "python", "-m", "pip", "install", "--quiet", TOOL]
        subprocess.run(install, check=True, timeout=SECONDS, capture_output=True)  # noqa: S603
    asked = subprocess.run(  # noqa: S603
        [program, "-r", pins, "--disable-pip", "--require-hashes", "--format", "json",
         "--progress-spinner", "off"],
        check=False, capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    report: dict[str, Any] = json.loads(asked.stdout)
    return report


if __name__ == "__main__":
    sys.exit(main())
