"""`LIVE_SOURCES=off`: from then on nobody but Slack is contacted, whatever was asked before."""

import ast
import re
import socket
from pathlib import Path

import pytest
from sqlmodel import select

from sources import short_links
from sources.about import ANY_HOST
from sources.live import LiveSettings, LiveSources
from storage.models import Job
from tests.asking import NOW, Ledger
from tests.beginnings import Beginning
from tests.platforms import Bluesky
from tests.slack import LOOPBACK, Slack
from tests.test_look_at import IDA, import_profile
from tests.test_look_up import later

ROOT = Path(__file__).parents[1]
NETWORKING = {
    "aiohttp", "asyncio", "ftplib", "http.client", "httpcore", "httpx", "requests", "smtplib",
    "socket", "urllib.request", "urllib3", "websocket", "websockets",
}  # fmt: skip
HARMLESS = {"httpx.URL", "httpx.codes", "httpx.HTTPError", "httpx.InvalidURL"}
TO_PLATFORMS = {f"sources/{name}.py" for name in ("wire", "connections", "addresses", "network")}
TO_SLACK = {"sources/slack_files.py"}


def start(beginning: Beginning, folder: Path, bluesky: Bluesky, scene: bytes, *, on: bool) -> Slack:
    return Slack.start(
        beginning.database_url,
        folder,
        scene,
        live_sources=on,
        bluesky_base_url=bluesky.url,
        mastodon_servers=(),
    )


def test_what_was_asked_before_asks_nobody_once_it_is_switched_off(
    beginning: Beginning, tmp_path: Path, bluesky: Bluesky, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look-up, a look at one account and the refreshing of figures wait when the switch goes."""
    first = start(beginning, tmp_path, bluesky, beginning.scene, on=True)
    import_profile(first, IDA, followers=20_000, days_old=90)
    first.workspace.command("ana", "find skincare bluesky", "marketing")
    first.workspace.command("ben", "look bluesky:spfsam", "marketing")
    first.workers.tick_hour()
    with first.reading() as tx:
        waiting = {job.kind for job in tx.session.exec(select(Job).where(Job.state != "done"))}
    assert waiting >= {"look_up.ask", "look_up.one", "look_up.refresh"}
    scene = first.scene()
    first.stop()
    (tmp_path / "later").mkdir()

    off = start(beginning, tmp_path / "later", bluesky, scene, on=False)
    beyond: list[str] = []
    connect = socket.socket.connect

    def watched(self: socket.socket, address: tuple[str, int]) -> None:
        if self.family != socket.AF_UNIX and address[0] != LOOPBACK:
            beyond.append(address[0])
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    try:
        off.settle()
        later(off, days=9)
        off.tick()
        found = off.text_of(off.command("ana", "find skincare bluesky"))
        looked = off.text_of(off.command("ana", f"look bluesky:{IDA}"))
        with off.reading() as tx:
            failed = [job for job in tx.session.exec(select(Job)) if job.state == "failed"]
    finally:
        off.stop()

    assert bluesky.calls == {}
    assert beyond == []
    assert failed == []
    assert "Look" not in found
    assert "switched off" in looked


def ways_out(file: Path) -> set[str]:
    """What of a module could open a connection: "httpx.Client"."""
    found: set[str] = set()
    modules: dict[str, str] = {}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {each.asname or each.name: each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module in NETWORKING:
            found |= {f"{node.module}.{each.name}" for each in node.names}
        elif isinstance(node, ast.Attribute):
            name = modules.get(ast.unparse(node.value), "")
            found |= {f"{name}.{node.attr}"} if name in NETWORKING else set()
    return found - HARMLESS


def test_platforms_are_reached_by_one_way_alone() -> None:
    """What is neither the wire nor speaks to Slack opens no connection."""
    folders = ("domain", "views", "storage", "sources", "handlers")
    speaking = {
        str(file.relative_to(ROOT))
        for folder in folders
        for file in (ROOT / folder).rglob("*.py")
        if ways_out(file)
    }
    handlers = {name for name in speaking if name.startswith("handlers/")}
    assert speaking - handlers == TO_PLATFORMS | TO_SLACK
    for name in handlers:  # an upload goes where Slack has just said, with nothing else beside it
        text = (ROOT / name).read_text(encoding="utf-8")
        assert ways_out(ROOT / name) == {"httpx.post"}
        assert re.findall(r"httpx\.post\(\s*([^,]+),", text) == ['place["upload_url"]']


def test_every_host_that_may_be_contacted_is_in_the_documents() -> None:
    text = (ROOT / "docs/sources.md").read_text(encoding="utf-8")
    _, _, rest = text.partition("## Which hosts are contacted")
    listed = set(re.findall(r"`([\w-]+(?:\.[\w-]+)+)`", rest.partition("\n## ")[0]))
    sources = LiveSources(LiveSettings(), lambda: NOW, Ledger())
    asked = {host for state in sources.states() for host in state.hosts} - {ANY_HOST}
    assert listed == asked | set(short_links.HOSTS)
