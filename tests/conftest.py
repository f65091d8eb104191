"""The real bot, driven from outside: signed HTTP in, the playground as Slack, real databases."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.clock import Clock
from storage.database import Database
from storage.migrate import migrate
from tests import postgres
from tests.slack import Slack

settings.register_profile("pipeline", derandomize=True)
if os.environ.get("CI"):  # a change is judged by what it changed; new examples are sought elsewhere
    settings.load_profile("pipeline")

SHARED = Path(__file__).parents[2] / "shared"
DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with all tables, to be copied."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=DATABASES)
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, session_folder: Path, migrated_sqlite: Path
) -> str:
    """A fresh, migrated database: the same test runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "bot.db"
        shutil.copy(migrated_sqlite, path)
        return f"sqlite:///{path}"
    reason = postgres.missing_reason()
    if reason:
        pytest.skip(reason)
    template = postgres.postgres_template(session_folder, "migrated", _migrate)
    url = postgres.postgres_url(session_folder, template)
    request.addfinalizer(lambda: postgres.drop_database(url))
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database, opened."""
    opened = Database(database_url, Clock().now)
    yield opened
    opened.close()


@pytest.fixture
def slack(database_url: str, tmp_path: Path) -> Iterator[Slack]:
    """A Slack workspace with the bot in it and no creators yet."""
    started = Slack.start(database_url, tmp_path)
    yield started
    started.stop()
    assert started.problems == [], "the bot did something that Slack would hide"


@pytest.fixture
def demo(slack: Slack) -> Slack:
    """The same, with the playground's invented creators."""
    slack.fill_with_demo_creators()
    return slack


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


def _migrate(url: str) -> None:
    database = Database(url, Clock().now)
    migrate(database)
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
