"""The second wall between workspaces: PostgreSQL's row-level security.

The owner of the tables (`DATABASE_OWNER_URL`) makes and changes them; the bot works as another
role, which reads and changes only rows of the workspace that its transaction is in
(`storage.tenancy`). So a query that forgets its workspace finds nothing of others. Owners,
superusers and roles with BYPASSRLS pass through the wall: `gaps` says so, for `doctor`.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, Table, text
from sqlmodel import SQLModel

from storage import windows
from storage.tenancy import SETTING

HERE = f"current_setting('{SETTING}')::bigint"
"""An error where the transaction is in no workspace: that is a mistake, and is to be noticed."""
WORKSPACES, VERSION = "workspaces", "alembic_version"
_DATA = "SELECT, INSERT, UPDATE, DELETE"
_STANDING = text(
    "SELECT current_user, current_setting('is_superuser') = 'on', rolbypassrls "
    "FROM pg_roles WHERE rolname = current_user"
)
_OPEN = text(
    "SELECT relname, pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class "
    "WHERE relname = ANY(:names) AND relnamespace = current_schema()::regnamespace "
    "AND (NOT row_security_active(oid) OR pg_has_role(current_user, relowner, 'MEMBER'))"
)


def walled() -> dict[str, str]:
    """Tables that belong to workspaces, each with the column that says to which."""
    here = {WORKSPACES: "id"}
    for table in _tables():
        if "workspace_id" in table.columns:
            here[table.name] = "workspace_id"
    return here


def settle(connection: Connection, role: str | None) -> None:
    """Build the wall, or build it anew; to be called after every migration.

    role: whom the bot works as, where that is not the owner; it is let in.
    """
    for table, column in walled().items():
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        connection.exec_driver_sql(f"DROP POLICY IF EXISTS one_workspace ON {table}")
        connection.exec_driver_sql(
            f"CREATE POLICY one_workspace ON {table} USING ({column} = {HERE})"
        )
    connection.exec_driver_sql(f"DROP POLICY IF EXISTS new_workspace ON {WORKSPACES}")
    connection.exec_driver_sql(
        f"CREATE POLICY new_workspace ON {WORKSPACES} FOR INSERT WITH CHECK (true)"
    )
    for signature in windows.signatures():
        connection.exec_driver_sql(f"REVOKE EXECUTE ON FUNCTION {signature} FROM PUBLIC")
    if role is not None:
        for statement in _grants(connection.dialect.identifier_preparer.quote(role)):
            connection.exec_driver_sql(statement)


def lets_in(connection: Connection, role: str) -> bool:
    """Whether this role was let in; to be asked of the owner, where there are tables."""
    asked = text("SELECT has_table_privilege(:role, :table, 'SELECT')")
    return bool(connection.execute(asked, {"role": role, "table": VERSION}).scalar())


def role_of(connection: Connection) -> str:
    """Whom a connection works as."""
    return str(connection.exec_driver_sql("SELECT current_user").scalar_one())


def gaps(connection: Connection) -> tuple[str, list[str]]:
    """The role that is connected, and why the wall does not hold it back; nothing when it does."""
    role, is_superuser, bypasses = connection.execute(_STANDING).one()
    if is_superuser:
        return role, ["is a superuser"]
    if bypasses:
        return role, ["has BYPASSRLS"]
    found = connection.execute(_OPEN, {"names": list(walled())}).all()
    if any(owns for _, owns in found):
        return role, ["owns the tables, or is a member of the role that does"]
    if found:
        named = ", ".join(sorted(name for name, _ in found))
        return role, [f"reads tables that have no row-level security: {named}"]
    return role, []


def _grants(role: str) -> Iterator[str]:
    names = ", ".join(table.name for table in _tables())
    yield f"GRANT {_DATA} ON {names} TO {role}"
    yield f"GRANT SELECT ON {VERSION}, {', '.join(windows.names())} TO {role}"
    for table in _tables():
        for column in table.primary_key.columns:
            if column is table.autoincrement_column:
                yield f"GRANT USAGE, SELECT ON SEQUENCE {table.name}_{column.name}_seq TO {role}"
    for signature in windows.signatures():
        yield f"GRANT EXECUTE ON FUNCTION {signature} TO {role}"


def _tables() -> list[Table]:
    return SQLModel.metadata.sorted_tables
