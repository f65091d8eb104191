"""How SQLite goes about a search: told once, so that it does not depend on when it last looked.

SQLite chooses its way by statistics in `sqlite_stat1`, and guesses where there are none; its guess
reads the index rows of a profile through a detour. The figures here say what holds for any size:
a niche or a word is a stretch of many rows, one profile has one row in it, and a workspace is
nearly the whole table, so rows asked for by their numbers are not looked for through it.
"""

from sqlalchemy import Connection, text

_STATISTICS = (
    ("niche_rows", "niche_rows", "1000000 1000000 1000 1 1"),
    ("niche_rows", "ix_niche_rows_profile", "1000000 1000000 10"),
    ("word_rows", "word_rows", "1000000 1000000 1000 1 1"),
    ("word_rows", "ix_word_rows_profile", "1000000 1000000 12"),
    ("profiles", "ix_profiles_handle", "1000000 1000000 2"),
    ("profiles", "sqlite_autoindex_profiles_1", "1000000 1000000 100000 1"),
    ("profiles", "ix_profiles_creator_id", "1000000 2"),
)


def settle(connection: Connection) -> None:
    """Write the statistics of the index tables; connections opened later go by them."""
    connection.execute(text("ANALYZE niche_rows"))  # makes the table sqlite_stat1
    for table, index, figures in _STATISTICS:
        names = {"table": table, "index": index, "figures": figures}
        connection.execute(
            text("DELETE FROM sqlite_stat1 WHERE tbl = :table AND idx = :index"), names
        )
        connection.execute(
            text("INSERT INTO sqlite_stat1 VALUES (:table, :index, :figures)"), names
        )
