"""Behind the bot's back: the database as its owner sees it, all workspaces at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from storage.database import Database
from tests import postgres


@contextmanager
def everything(database: Database) -> Iterator[Session]:
    """A session that no row-level security holds back; committed at its end."""
    if database.is_sqlite:
        with Session(database.engine, expire_on_commit=False) as session:
            yield session
            session.commit()
        return
    url = postgres.as_owner(database.url.render_as_string(hide_password=False))
    engine = create_engine(url, poolclass=NullPool)
    with Session(engine, expire_on_commit=False) as session:
        yield session
        session.commit()
    engine.dispose()
