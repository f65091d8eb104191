"""Column kinds that mean the same on SQLite and PostgreSQL."""

import datetime as dt
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    TypeDecorator,
    text,
)
from sqlmodel import Field

OnDelete = Literal["CASCADE", "SET NULL", "RESTRICT"]

Identifier: Any = BigInteger().with_variant(Integer(), "sqlite")


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An instant, always aware and in UTC; SQLite forgets the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Refuse a naive time: nobody can tell what it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        """Give the instant back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def key() -> Any:
    """A row's own number."""
    return Field(default=None, primary_key=True, sa_type=Identifier)


def workspace_key() -> Any:
    """The workspace a row belongs to: every row has one."""
    return Field(sa_type=Identifier, foreign_key="workspaces.id", ondelete="CASCADE")


def refers(target: str, *, index: bool = True, ondelete: OnDelete = "CASCADE") -> Any:
    """A reference that must be there, for example `refers("creators.id")`."""
    return Field(sa_type=Identifier, foreign_key=target, index=index, ondelete=ondelete)


def may_refer(target: str, *, index: bool = True, ondelete: OnDelete = "SET NULL") -> Any:
    """A reference that may be absent."""
    return Field(
        default=None, sa_type=Identifier, foreign_key=target, index=index, ondelete=ondelete
    )


def instant() -> Any:
    """A moment that must be there."""
    return Field(sa_type=UtcDateTime)


def maybe_instant(*, index: bool = False) -> Any:
    """A moment that may be absent."""
    return Field(default=None, sa_type=UtcDateTime, index=index)


def maybe_date() -> Any:
    """A calendar date that may be absent."""
    return Field(default=None, sa_type=Date)


def index_where_set(name: str, column: str) -> Index:
    """An index of the few rows where a column is set; it costs the others nothing."""
    is_set = text(f"{column} IS NOT NULL")
    return Index(name, "workspace_id", column, sqlite_where=is_set, postgresql_where=is_set)


def json_object() -> Any:
    """A JSON object, empty to begin with."""
    return Field(default_factory=dict, sa_type=JSON)


def json_list() -> Any:
    """A JSON list, empty to begin with."""
    return Field(default_factory=list, sa_type=JSON)


def maybe_json() -> Any:
    """A JSON object that may be absent."""
    return Field(default=None, sa_type=JSON(none_as_null=True))


def big_number() -> Any:
    """A whole number that may pass 2³¹ (views, minor units of money), or unknown."""
    return Field(default=None, sa_type=BigInteger)


__all__ = [
    "Identifier",
    "UtcDateTime",
    "big_number",
    "index_where_set",
    "instant",
    "json_list",
    "json_object",
    "key",
    "may_refer",
    "maybe_date",
    "maybe_instant",
    "maybe_json",
    "refers",
    "workspace_key",
]
