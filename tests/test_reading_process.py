"""Files are read in a process of their own, with little memory and time and no secrets."""

import datetime as dt
import os
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from domain.creator import Platform
from domain.findable import Pools
from domain.mapping import Mapping
from domain.measures import spread_of
from domain.niche import default_vocabulary
from domain.prepared import prepare
from sources import reading
from sources.files import UnreadableFile, propose_mapping, read_creators, read_table
from sources.reader_process import Request
from sources.reading import Reading, described
from tests import readers

HEADER = "handle,name,followers,er,category\n"
TODAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def as_the_bot_starts_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """No reader here is forked, as elsewhere in tests."""
    monkeypatch.setattr(reading, "_start", readers.start_for_real)


def _file(folder: Path, rows: int) -> Path:
    path = folder / "ig_list.csv"
    lines = (f"@p{n},Person {n},{n + 1_000},{n % 9 + 1}%,Gaming" for n in range(rows))
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def _mapping(path: Path) -> Mapping:
    return propose_mapping(read_table(path)).with_platform(Platform.INSTAGRAM)


def _readers() -> set[str]:
    """Readers that this process has started and that have not ended."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # a thread, or a child, that has just ended
            for pid in (task / "children").read_text().split():
                if b"reader_process" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.add(pid)
    return found


def test_what_the_reader_sends_is_what_the_file_says(tmp_path: Path) -> None:
    path = _file(tmp_path, 130)
    with path.open("a", encoding="utf-8") as more:
        more.write("@p7,Person 7,99,1%,Gaming\n,Nobody,1,1%,Gaming\n")
    mapping = _mapping(path)
    expected = read_creators(path, mapping, today=TODAY)
    snapshots = [one for one in expected if not hasattr(one, "reason")]
    vocabulary, pools = default_vocabulary(), Pools()

    assert described(path, path.name).mapping == propose_mapping(read_table(path))
    with Reading(Request(path, path.name, mapping, TODAY)) as found:
        spread, profiles = found.survey()
        sent = [one for frame in found.prepared(pools) for one in frame]

    assert sent == [prepare(one, vocabulary, pools) for one in snapshots]
    assert [one.snapshot for one in sent] == snapshots
    assert profiles == found.profiles == len(snapshots) == 130
    assert (found.total, found.report.rows, found.report.merged) == (132, 132, 1)
    assert [(row.row, row.reason) for row in found.report.skipped_rows] == [(133, "has no handle")]
    everybody = spread_of(snapshots)
    assert {key: len(values) for key, values in spread.items()}.keys() == everybody.keys()


def test_profiles_sent_before_are_left_out(tmp_path: Path) -> None:
    path = _file(tmp_path, 120)
    with Reading(Request(path, path.name, _mapping(path), TODAY, done=100)) as found:
        found.survey()
        sent = [one.handle for frame in found.prepared(Pools()) for one in frame]
    assert sent == [f"p{n}" for n in range(100, 120)]


def test_a_file_that_needs_too_much_memory_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = _file(tmp_path, 40_000)
    request = Request(path, path.name, _mapping(path), TODAY, memory=1 << 20)
    with pytest.raises(UnreadableFile, match="more memory than the 1 MB") as said:
        _read(request)
    assert "ig_list.csv" in str(said.value)


def test_a_file_that_takes_too_long_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "ig_list.csv"
    path.write_text(HEADER + "@anna,Anna,1,1%,Gaming\n" * 200_000, encoding="utf-8")
    mapping = _mapping_of_header(tmp_path)
    with pytest.raises(UnreadableFile, match="takes too long"):
        _read(Request(path, path.name, mapping, TODAY, counting=True, seconds=1))


@pytest.mark.parametrize("kind", ["rows", "NUL bytes", "password", "macros", "unpacks to far more"])
def test_what_is_refused_whole_is_refused_with_its_reason_and_leaves_no_reader(
    kind: str, tmp_path: Path
) -> None:
    path = tmp_path / {"macros": "ig.xlsx", "password": "ig.xlsx"}.get(kind, "ig.csv")
    if kind == "rows":
        path.write_text("handle\n" + "a\n" * 2_000_001)
    elif kind == "NUL bytes":
        path.write_bytes(b"handle,followers\nanna,\x00\n")
    elif kind == "password":
        protected = "EncryptedPackage".encode("utf-16-le")
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + protected)
    else:
        member = "xl/vbaProject.bin" if kind == "macros" else "ig.csv"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml" if kind == "macros" else "read.me", "<Types/>")
            archive.writestr(member, b"a,b\n" * (20 << 20 if kind != "macros" else 1))
    with pytest.raises(UnreadableFile, match=kind) as refused:
        described(path, path.name)
    assert str(refused.value).endswith(".")
    assert not _readers()


def test_a_reader_that_ends_by_itself_is_told_and_nothing_hangs(tmp_path: Path) -> None:
    path = _file(tmp_path, 2_000)
    with (
        pytest.raises(UnreadableFile, match="could not be read"),
        Reading(Request(path, path.name, _mapping(path), TODAY)) as found,
    ):
        found.survey()
        (pid,) = _readers()
        os.kill(int(pid), 11)
        for _ in found.prepared(Pools()):
            pass


def test_a_reader_that_says_nothing_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SILENT_SECONDS", 1)
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)  # nobody ever writes into it
    with pytest.raises(UnreadableFile, match="takes too long"):
        described(path, path.name)
    assert not _readers()


def test_leaving_off_in_the_middle_ends_the_reader(tmp_path: Path) -> None:
    path = _file(tmp_path, 2_000)
    with Reading(Request(path, path.name, _mapping(path), TODAY)) as found:
        found.survey()
        next(iter(found.prepared(Pools())))
        assert len(_readers()) == 1
    assert not _readers()


def test_the_reader_knows_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    path = _file(tmp_path, 2_000)
    with Reading(Request(path, path.name, _mapping(path), TODAY)) as found:
        found.survey()
        (pid,) = _readers()
        environment = Path(f"/proc/{pid}/environ").read_bytes()
    assert b"PYTHONPATH" in environment
    assert b"secret" not in environment


def _read(request: Request) -> None:
    with Reading(request) as found:
        if request.counting:
            found.count()
            return
        found.survey()
        for _ in found.prepared(Pools()):
            pass


def _mapping_of_header(folder: Path) -> Mapping:
    small = folder / "small.csv"
    small.write_text(HEADER + "@anna,Anna,1,1%,Gaming\n", encoding="utf-8")
    return _mapping(small)
