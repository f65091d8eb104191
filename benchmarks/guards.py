"""Remove a guard: a test fails. `python -m benchmarks.guards [--only NAME …] [--counts FILE]`.

Each guard of the tables is taken out of a copy of the working tree, and the tests that have to
notice it are run there. First they are run as everything is: a test that fails anyway notices
nothing. Ends with 1 where a guard was not noticed. With --counts a run that was broken off goes
on where it ended.
"""

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as Xml
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import cache_from_source
from itertools import groupby
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

from benchmarks import guards_of_campaigns, guards_of_delivery, guards_of_input, guards_of_people
from benchmarks.guard import EITHER, Guard

ROOT = Path(__file__).parents[1]
TABLE: tuple[Guard, ...] = (
    *guards_of_delivery.GUARDS,
    *guards_of_people.GUARDS,
    *guards_of_input.GUARDS,
    *guards_of_campaigns.GUARDS,
)
LONGEST = 300.0
"""Seconds that the tests of one guard may take; then they count as hanging, which is no notice."""
SOME_FAILED = 1
"""What pytest ends with where tests ran and failed; above it, they did not run."""
BROKEN = ("NameError", "UnboundLocalError", "ImportError", "SyntaxError", "ModuleNotFoundError")
"""What the change itself brings about where it is no sound code: no notice of the guard."""


class CannotTake(Exception):
    """A guard's text is not there, or not just once: the table has to be brought up to date."""


class Found(NamedTuple):
    """What came of a guard that was taken out. by: the test that failed and why, "" = none did."""

    by: str
    remark: str
    seconds: float


def take_out(guard: Guard, root: Path = ROOT) -> str:
    """The text of a guard's file without it.

    Raises:
        CannotTake: the guard's text is not there exactly once.
    """
    written = (root / guard.file).read_text(encoding="utf-8")
    if (count := written.count(guard.here)) != 1:
        raise CannotTake(f"“{guard.name}”: its text is {count} times in {guard.file}, not once")
    return written.replace(guard.here, guard.instead)


def key_of(guard: Guard) -> str:
    """By what a guard is known in a file of counts: it is tried anew once its entry changes."""
    return hashlib.sha256(repr(guard).encode()).hexdigest()[:16]


def copy_to(folder: Path) -> Path:
    """The working tree's tracked files, with `shared` beside them as in the real place."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    tree = folder / ROOT.name
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():  # one that is tracked may be deleted just now
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    if (shared := ROOT.parent / "shared").is_dir():
        (folder / "shared").symlink_to(shared)
    return tree


@contextmanager
def without(guard: Guard, tree: Path) -> Iterator[None]:
    """A copy in which the guard is gone until the block ends."""
    file = tree / guard.file
    before, changed = file.read_bytes(), take_out(guard, tree)
    compile(changed, guard.file, "exec")
    try:
        _write(file, changed.encode())
        yield
    finally:
        _write(file, before)


def _write(file: Path, content: bytes) -> None:
    """Python goes by a file's size and second to know whether it has it compiled."""
    file.write_bytes(content)
    Path(cache_from_source(str(file))).unlink(missing_ok=True)


def run_tests(tree: Path, tests: Sequence[str], on: str) -> tuple[int | None, str, str]:
    """Run tests in a copy: what pytest ended with, None = never; the first failure and why."""
    chosen = ["--one-database-each"] if on == EITHER else ["-k", on]
    with tempfile.TemporaryDirectory() as folder:
        report, said = Path(folder) / "report.xml", Path(folder) / "said"
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider",
                   f"--junitxml={report}", *chosen, *tests]  # fmt: skip
        environment = {**os.environ, "PYTHONPATH": str(tree)}
        with said.open("w") as out:
            process = subprocess.Popen(
                command, cwd=tree, env=environment, stdout=out, stderr=out, start_new_session=True
            )
            try:
                code: int | None = process.wait(LONGEST)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                code = None
        tail = said.read_text(errors="replace")[-2000:]
        return code, *(_first_failure(report) if report.exists() else ("", tail))


def _first_failure(report: Path) -> tuple[str, str]:
    for case in Xml.parse(report).getroot().iter("testcase"):  # noqa: S314  made by our pytest
        for what in (*case.iter("failure"), *case.iter("error")):
            why = (what.get("message") or "").strip().splitlines() or [""]
            return f"{case.get('name')}", why[0][:160]
    return "", ""


def try_without(guard: Guard, tree: Path) -> Found:
    """Take a guard out and see which test notices."""
    began = time.monotonic()
    with without(guard, tree):
        code, name, why = run_tests(tree, guard.tests, guard.on)
    seconds = round(time.monotonic() - began, 1)
    if code is None:
        return Found("", f"the tests did not end within {LONGEST:.0f} s", seconds)
    if code > SOME_FAILED or why.startswith(BROKEN):
        return Found("", f"the change breaks more than the guard: {name} {why}", seconds)
    return Found(name, why, seconds) if code else Found("", "all tests passed", seconds)


def pass_as_they_are(guards: Iterable[Guard], tree: Path) -> bool:
    """Whether the tests pass while all guards are there; says which does not."""
    good = True
    by_place = sorted(guards, key=lambda guard: guard.on)
    for on, some in groupby(by_place, key=lambda guard: guard.on):
        tests = list(dict.fromkeys(test for guard in some for test in guard.tests))
        files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
        tests.sort(key=lambda test: files.index(test.partition("::")[0]))
        began = time.monotonic()
        code, name, why = run_tests(tree, tests, on)
        print(
            f"as they are, {on}: {len(tests)} tests, {time.monotonic() - began:.0f} s", flush=True
        )
        if code != 0:
            print(f"FAILS ANYWAY: {name} {why}", flush=True)
            good = False
    return good


def run(guards: Sequence[Guard], counts: Path | None, at_once: int) -> dict[str, Found]:
    """Try all that is not in the file of counts yet; gives what came of each, by name."""
    known = _read(counts)
    found = {one.name: known[key_of(one)] for one in guards if key_of(one) in known}
    left = [one for one in guards if one.name not in found]
    if not left:
        return found
    with tempfile.TemporaryDirectory() as folder:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(at_once):
            trees.put(copy_to(Path(folder) / str(number)))
        tree = trees.get()
        if not pass_as_they_are(left, tree):
            raise SystemExit(1)
        trees.put(tree)

        def try_one(guard: Guard) -> tuple[Guard, Found]:
            tree = trees.get()
            try:
                return guard, try_without(guard, tree)
            finally:
                trees.put(tree)

        with ThreadPoolExecutor(at_once) as pool:
            for guard, one in pool.map(try_one, left):
                found[guard.name] = one
                _say(guard, one)
                if one.by:
                    known[key_of(guard)] = one
                    _write_down(counts, known)
    return found


def _say(guard: Guard, found: Found) -> None:
    verdict = f"noticed by {found.by}" if found.by else "NOT NOTICED"
    print(f"{found.seconds:6.1f} s  {guard.name}: {verdict} ({found.remark})", flush=True)


def _read(counts: Path | None) -> dict[str, Found]:
    if counts is None or not counts.exists():
        return {}
    said: dict[str, Any] = json.loads(counts.read_text())
    return {key: Found(*one) for key, one in said.items()}


def _write_down(counts: Path | None, known: dict[str, Found]) -> None:
    if counts is not None:
        new = counts.with_suffix(".new")
        new.write_text(json.dumps(known, indent=1))
        new.replace(counts)


def main() -> None:
    """Try the guards, and say which were noticed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.guards", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", default=(), help="guards whose name holds one of these"
    )
    parser.add_argument("--counts", type=Path, help="file in which what was noticed adds up")
    parser.add_argument("--at-once", type=int, default=1, help="guards tried side by side")
    given = parser.parse_args()
    wanted = [
        one for one in TABLE if not given.only or any(part in one.name for part in given.only)
    ]
    found = run(wanted, given.counts, given.at_once)
    missed = [name for name, one in found.items() if not one.by]
    seconds = sum(one.seconds for one in found.values())
    print(f"{len(found)} guards, {len(found) - len(missed)} noticed, {seconds:,.0f} s")
    for name in missed:
        print(f"NOT NOTICED  {name}: {found[name].remark}")
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
