"""The real bot, driven from outside: signed HTTP in, the playground as Slack, real databases."""

import gc
import os
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from bot.clock import Clock
from storage.database import Database
from tests import postgres, readers, statements
from tests.beginnings import DEMO, EMPTY, MET, Beginning, postgres_beginning, sqlite_beginning
from tests.compiling import share_compiled_statements
from tests.platforms import Bluesky
from tests.slack import Slack

# a busy machine takes longer: no test is about how long an example took
settings.register_profile("here", deadline=None)
# a change is judged by what it changed; new examples are sought elsewhere
settings.register_profile("pipeline", deadline=None, derandomize=True)
settings.load_profile("pipeline" if os.environ.get("CI") else "here")

gc.disable()  # until all tests are gathered, which leaves nothing to collect
# else each of the hundreds of processes that tests start compiles what it imports anew
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
share_compiled_statements()
statements.watch_statements()
readers.fork_readers()
if memory := postgres.memory_folder():  # each commit of SQLite waits for the disk
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))

SHARED = Path(__file__).parents[2] / "shared"
DATABASES = ("sqlite", "postgresql")


GARBAGE = (10_000, 20, 20)
"""How seldom it is looked for: there is little that counting references leaves behind."""
WHOLE_APP = {
    "slack", "live", "youtube", "demo", "live_demo", "many", "watched", "terminal", "bench",
}  # fmt: skip
"""Fixtures of tests that drive the bot from outside, at a terminal, or a whole import."""


LONGEST = {"test_several_servers", "test_whole_job", "test_crash", "test_import_killed"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Half the time for what is the same on both databases."""
    parser.addoption(
        "--one-database-each",
        action="store_true",
        help="tests of the whole app run on one database each, unless marked both_databases",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out a test on the database that it doesn't fall to; the longest ones come first."""
    items.sort(key=lambda one: one.path.stem not in LONGEST)  # so that none is left at the end
    if config.getoption("--one-database-each") and postgres.missing_reason() is None:
        given = {one.nodeid: where for one in items if (where := _database_of(one)) is not None}
        out = left_out(given)
        config.hook.pytest_deselected(items=[one for one in items if one.nodeid in out])
        items[:] = [one for one in items if one.nodeid not in out]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Garbage is collected again; what was gathered stays to the end, and is never looked at."""
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()


def left_out(given: Mapping[str, str]) -> set[str]:
    """Of tests, named with the database of each, those that fall to the other one.

    Of neighbours in a file one runs on SQLite and one on PostgreSQL, by a checksum of names. A
    test that is there for one database only is never left out: it would not run at all.
    """
    names = {one: one.replace("postgresql", "").replace("sqlite", "") for one in given}
    count = Counter(names.values())
    return {
        one
        for one, name in names.items()
        if count[name] > 1 and DATABASES[zlib.crc32(name.encode()) % 2] != given[one]
    }


def _database_of(item: pytest.Item) -> str | None:
    """On which database a test of the whole app runs; None where that is not for us to choose."""
    assert isinstance(item, pytest.Function)
    given = item.callspec.params.get("beginning") if hasattr(item, "callspec") else None
    whole_app = WHOLE_APP & set(item.fixturenames)
    chosen = whole_app and not item.get_closest_marker("both_databases")
    return str(given) if given is not None and chosen else None


@pytest.fixture(autouse=True)
def every_statement_names_its_workspace() -> Iterator[None]:
    """Of whatever the test has the bot do."""
    yield
    assert statements.take_wrong() == [], "rows of any workspace are touched"


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


WITH_CREATORS = {"demo", "live_demo"}
MEETING = {"slack", "live", "youtube"}


@pytest.fixture(params=DATABASES)
def beginning(
    request: pytest.FixtureRequest, tmp_path: Path, session_folder: Path
) -> Iterator[Beginning]:
    """A fresh database, as far on as the test's other fixtures need it."""
    wanted = set(request.fixturenames)
    name = DEMO if wanted & WITH_CREATORS else MET if wanted & MEETING else EMPTY
    if request.param == "sqlite":
        yield sqlite_beginning(name, session_folder, tmp_path)
        return
    reason = postgres.missing_reason()
    if reason:
        pytest.skip(reason)
    begun = postgres_beginning(name, session_folder)
    yield begun
    postgres.drop_database(begun.database_url)


@pytest.fixture
def database_url(beginning: Beginning) -> str:
    """A fresh, migrated database: the same test runs on both kinds."""
    return beginning.database_url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database, opened."""
    opened = Database(database_url, Clock().now)
    yield opened
    opened.close()


@pytest.fixture
def slack(beginning: Beginning, tmp_path: Path) -> Iterator[Slack]:
    """A Slack workspace with the bot in it and no creators yet."""
    started = Slack.start(beginning.database_url, tmp_path, beginning.scene)
    yield started
    started.stop()
    assert started.problems == [], "the bot did something that Slack would hide"


@pytest.fixture
def demo(slack: Slack) -> Slack:
    """The same, with the playground's invented creators."""
    slack.fill_with_demo_creators()
    return slack


@pytest.fixture
def bluesky() -> Iterator[Bluesky]:
    """Bluesky with a handful of accounts."""
    platform = Bluesky.start()
    yield platform
    platform.stop()
    assert platform.wrong == [], "Bluesky would refuse such a request"


@contextmanager
def _asking(beginning: Beginning, folder: Path, bluesky: Bluesky) -> Iterator[Slack]:
    started = Slack.start(
        beginning.database_url,
        folder,
        beginning.scene,
        live_sources=True,
        bluesky_base_url=bluesky.url,
        mastodon_servers=(),
    )
    yield started
    started.stop()
    assert started.problems == [], "the bot did something that Slack would hide"


@pytest.fixture
def live(beginning: Beginning, tmp_path: Path, bluesky: Bluesky) -> Iterator[Slack]:
    """A workspace without creators, whose bot may ask Bluesky."""
    with _asking(beginning, tmp_path, bluesky) as started:
        yield started


@pytest.fixture
def live_demo(beginning: Beginning, tmp_path: Path, bluesky: Bluesky) -> Iterator[Slack]:
    """The same, with the playground's invented creators."""
    with _asking(beginning, tmp_path, bluesky) as started:
        started.fill_with_demo_creators()
        yield started


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real creator lists and results, where they are at hand."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("the collection of real files (../shared/data) is not here")
    return folder


@pytest.fixture(scope="session")
def shared_specs() -> Path:
    """Slack's and the platforms' published schemas, where they are at hand."""
    folder = SHARED / "specs"
    if not folder.is_dir():
        pytest.skip("the collection of schemas (../shared/specs) is not here")
    return folder
