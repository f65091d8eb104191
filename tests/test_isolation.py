"""The second wall: what PostgreSQL itself keeps apart, seen as the role that the bot works as."""

# ruff: noqa: S608  the names of tables are ours

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlmodel import Session, SQLModel, select

from bot import isolation_checkup
from bot.settings import Settings
from storage import outbox, row_security, tenancy, windows, workspaces
from storage.database import Database
from storage.migrate import MayNotMigrate, migrate
from storage.models import OutboxMessage
from tests import postgres
from tests.behind import everything
from tests.test_migrations import empty_url, now  # noqa: F401  a fixture
from tests.test_upgrade import EACH, fill

OF_NOBODY = {
    "quota_uses": "what a platform was asked today is counted for all together",
    "source_answers": "what a platform answered to a question is the same for everybody",
    "source_health": "whether a platform answers is the same for everybody",
    "used_states": "an installation begins before its workspace is known",
}
NOT_ALLOWED = "42501"
HERE, THERE = 2, 1


def test_the_page_on_isolation_names_what_is_seen_of_all_and_what_is_shared() -> None:
    page = (Path(__file__).parents[1] / "docs/isolation.md").read_text(encoding="utf-8")
    seen = page.partition("## What is seen of all")[2].partition("## What workspaces share")
    named = set(re.findall(r"`(\w+)(?:\([\w, ]+\))?`", seen[0].partition("|---|---|")[2]))
    shared = re.findall(r"\(`(\w+)`", seen[2].partition("An answer that is kept")[0])

    assert named == {*windows._VIEWS, *windows._LOOK_UPS}
    assert set(shared) == set(OF_NOBODY)


@pytest.fixture
def walled(database: Database) -> Database:
    """The database as the bot sees it; every table has a row of each of three workspaces."""
    if database.is_sqlite:
        pytest.skip("SQLite has the first wall only.")
    with everything(database) as session:
        connection = session.connection()
        for table in row_security.walled():  # what packs note of changes would be rows, too
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        fill(connection)
        for table in set(row_security.walled()) - {"audit"}:  # which its own triggers guard
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        connection.exec_driver_sql("ALTER SEQUENCE pack_changes_id_seq RESTART WITH 100")
    return database


def within(session: Session, workspace_id: int) -> Connection:
    tenancy.enter(session, workspace_id)
    return session.connection()


def refusal(connection: Connection, statement: str) -> str:
    """The state with which PostgreSQL refuses a statement; the transaction goes on."""
    with pytest.raises(DBAPIError) as refused, connection.begin_nested():
        connection.exec_driver_sql(statement)
    return str(getattr(refused.value.orig, "sqlstate", ""))


def test_every_table_belongs_to_workspaces_or_is_known_to_belong_to_nobody() -> None:
    tables = set(SQLModel.metadata.tables)

    assert tables == set(row_security.walled()) | set(OF_NOBODY)
    assert not set(row_security.walled()) & set(OF_NOBODY)


def test_a_query_without_a_filter_finds_only_the_workspace_that_the_transaction_is_in(
    walled: Database,
) -> None:
    with everything(walled) as session:
        for table in row_security.walled():
            counted = session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}")
            assert counted.scalar_one() == EACH, f"{table}: nothing would be shown below"

    with walled.looking() as session:
        connection = within(session, HERE)
        for table, column in row_security.walled().items():
            found = connection.exec_driver_sql(f"SELECT {column} FROM {table}").scalars().all()
            assert found == [HERE], table


def test_a_change_without_a_filter_changes_nothing_of_another_workspace(walled: Database) -> None:
    with walled.looking() as session:
        connection = within(session, HERE)
        for table, column in row_security.walled().items():
            done = connection.exec_driver_sql(f"UPDATE {table} SET {column} = {column}")
            assert done.rowcount == 1, table
            theirs = f"UPDATE {table} SET {column} = {column} WHERE {column} = {THERE}"
            assert connection.exec_driver_sql(theirs).rowcount == 0, table
            with connection.begin_nested() as tried:
                assert connection.exec_driver_sql(f"DELETE FROM {table}").rowcount == 1, table
                tried.rollback()


def test_no_row_is_put_or_moved_into_another_workspace(walled: Database) -> None:
    with walled.looking() as session:
        connection = within(session, HERE)
        for table, column in row_security.walled().items():
            if table == row_security.WORKSPACES:
                continue
            new = f"INSERT INTO {table} ({column}) VALUES ({THERE})"
            assert refusal(connection, new) == NOT_ALLOWED, table
            moved = f"UPDATE {table} SET {column} = {THERE}"
            assert refusal(connection, moved) == NOT_ALLOWED, table


def test_a_transaction_that_is_in_no_workspace_fails_at_once(walled: Database) -> None:
    """An empty answer would be taken for the truth."""
    with walled.reading(HERE) as tx:
        assert tx.session.exec(select(OutboxMessage)).all()
    for _ in range(2):  # a connection on which there was one before, and one where there was none
        with walled.looking() as session, pytest.raises(DBAPIError):
            session.exec(select(OutboxMessage)).all()
        walled.close()


def test_the_workspace_of_a_transaction_ends_with_it(walled: Database) -> None:
    """Also where it is committed, and the connection goes back to the others."""
    walled.close()
    with walled.writing(HERE) as tx:
        assert tx.session.exec(select(OutboxMessage)).all()
    with walled.looking() as session, pytest.raises(DBAPIError):
        session.exec(select(OutboxMessage)).all()


def test_the_bot_can_take_down_no_part_of_the_wall(walled: Database) -> None:
    with walled.looking() as session:
        connection = within(session, HERE)
        for statement in (
            "ALTER TABLE creators DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE creators OWNER TO CURRENT_USER",
            "DROP POLICY one_workspace ON creators",
            "CREATE POLICY more ON creators USING (true)",
            "ALTER ROLE CURRENT_USER BYPASSRLS",
            f"SET ROLE {postgres.ROLE}",
            "TRUNCATE creators",
            "DROP VIEW outbox_due",
            "CREATE VIEW more AS SELECT * FROM creators",
            "UPDATE alembic_version SET version_num = '0001'",
        ):
            assert refusal(connection, statement) == NOT_ALLOWED, statement
        connection.exec_driver_sql("SET LOCAL row_security = off")
        assert refusal(connection, "SELECT * FROM creators") == NOT_ALLOWED


def test_what_is_seen_of_all_workspaces_holds_numbers_states_and_times_only(
    walled: Database,
) -> None:
    words = {"enterprise_id", "team_id", "state", "kind", "timezone"}
    kinds = {"bigint", "integer", "date", "timestamp with time zone"}
    with walled.looking() as session:
        columns = session.connection().execute(
            text(
                "SELECT table_name, column_name, data_type FROM information_schema.columns "
                "WHERE table_schema = current_schema() AND table_name = ANY(:views)"
            ),
            {"views": windows.names()},
        )
        seen = [(str(view), str(name), str(kind)) for view, name, kind in columns]
        assert {view for view, _, _ in seen} == set(windows.names())
        for view, name, kind in seen:
            assert kind in kinds or name in words, (view, name)
        assert windows.every_workspace(session) == [1, 2, 3]


def test_an_address_tells_whose_it_is_and_nobody_else_may_ask(walled: Database) -> None:
    with everything(walled) as session:
        open_to_all = session.connection().exec_driver_sql(
            "SELECT proname FROM pg_proc WHERE prosecdef AND has_function_privilege("
            f"'{postgres.ROLE}', oid, 'EXECUTE') AND EXISTS (SELECT 1 FROM aclexplode(proacl) "
            "WHERE grantee = 0)"
        )
        assert open_to_all.all() == []
    with walled.looking() as session:
        assert windows.workspace_of_link(session, "slug 2") == 2
        assert windows.workspace_of_shop(session, "source 3", "token 3") == 3
        assert windows.workspace_of_shop(session, "source 3", "token 2") is None
        assert windows.workspace_of_link(session, "%") is None


def test_stepping_into_a_workspace_ends_with_the_step(walled: Database) -> None:
    with walled.looking() as session:
        with tenancy.within(session, THERE):
            (row,) = session.exec(select(OutboxMessage))
            assert row.workspace_id == THERE
        with pytest.raises(DBAPIError):
            session.exec(select(OutboxMessage)).all()
    with walled.reading(HERE) as tx:
        with tenancy.within(tx.session, THERE, back_to=HERE):
            pass
        (row,) = tx.session.exec(select(OutboxMessage))
        assert row.workspace_id == HERE


def said(database: Database, *, many: bool = False) -> isolation_checkup.Checked:
    (found,) = isolation_checkup.check(
        Settings(_env_file=None, slack_client_id="1.2" if many else ""), database
    )
    return found


@pytest.fixture
def superuser(walled: Database) -> Iterator[Database]:
    url = walled.url.set(username="postgres").render_as_string(hide_password=False)
    opened = Database(url, walled.now)
    yield opened
    opened.close()


def test_doctor_says_when_the_role_that_is_connected_passes_through_the_wall(
    walled: Database, superuser: Database
) -> None:
    assert said(walled) == (
        "Row-level security: the role influencer_app sees one workspace at a time.", "", False
    )  # fmt: skip
    assert "the role postgres back: it is a superuser" in said(superuser).what
    assert said(superuser, many=True).serious
    url = postgres.as_owner(walled.url.render_as_string(hide_password=False))
    owner = Database(url, walled.now)
    assert f"the role {postgres.ROLE} back: it owns the tables" in said(owner).what
    assert not said(owner).serious, "where all workspaces are one's own"
    with superuser.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE notes DISABLE ROW LEVEL SECURITY")
    assert "have no row-level security: notes" in said(walled).what
    owner.close()


def test_doctor_says_that_sqlite_has_one_wall_where_workspaces_are_many(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL has two.")

    assert "SQLite has no row-level security" in said(database, many=True).what
    assert list(isolation_checkup.check(Settings(_env_file=None), database)) == []


def test_whoever_may_not_change_the_tables_says_who_has_to(empty_url: str) -> None:  # noqa: F811
    if empty_url.startswith("sqlite"):
        pytest.skip("A file belongs to whoever has it.")
    app = Database(postgres.as_app(empty_url), now)

    with pytest.raises(MayNotMigrate, match="`influencer-bot migrate` with DATABASE_OWNER_URL"):
        migrate(app)

    app.close()


def test_a_database_of_one_role_becomes_one_of_two(empty_url: str) -> None:  # noqa: F811
    """Made by the owner alone, as before; then the bot gets a role of its own."""
    if empty_url.startswith("sqlite"):
        pytest.skip("A file belongs to whoever has it.")
    alone = Database(empty_url, now)
    assert migrate(alone)
    number = workspaces.ensure(alone, "", "T1").id or 0
    alone.close()
    two = Database(postgres.as_app(empty_url), now, owner_url=empty_url)

    assert not migrate(two), "the tables are the same"

    assert workspaces.ensure(two, "", "T1").id == number
    with two.writing(number) as tx:
        assert outbox.direct(tx, "hello", "U1", {"text": "Hello"})
    assert said(two).cure == ""
    assert not migrate(two)
    two.close()


def test_what_a_migration_makes_anew_is_walled_again(empty_url: str) -> None:  # noqa: F811
    """Migrations may drop policies with a table, and what a view looks at."""
    if empty_url.startswith("sqlite"):
        pytest.skip("A file belongs to whoever has it.")
    two = Database(postgres.as_app(empty_url), now, owner_url=empty_url)
    migrate(two)
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP VIEW outbox_due")
        connection.exec_driver_sql("ALTER TABLE outbox DISABLE ROW LEVEL SECURITY")
        connection.exec_driver_sql("DROP POLICY one_workspace ON outbox")
    engine.dispose()

    migrate(two)

    with two.looking() as session, pytest.raises(ProgrammingError):
        session.exec(select(OutboxMessage)).all()
    assert said(two).cure == ""
    two.close()
