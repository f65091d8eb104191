"""Files of orders: a table whose rows are what a shop exported."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.order_files import MOST_ROWS, NoOrders, Unread, find_columns, read_orders
from domain.orders import Order
from domain.proposal import SAMPLE_ROWS
from sources.files import UnreadableFile, read_table


def read_order_file(
    path: Path, name: str, zone: str, currency: str | None, now: dt.datetime
) -> Iterator[Order | Unread]:
    """Each order of a file, as `domain.order_files.read_orders` gives it.

    Raises:
        UnreadableFile: the file can't be understood, is too long, or holds no orders.
    """
    table = read_table(path, name)
    if table.row_count > MOST_ROWS:
        raise UnreadableFile(
            f"“{name}” has {table.row_count:,} rows. At most {MOST_ROWS:,} fit one file of orders: "
            "export a shorter time."
        )
    try:
        columns = find_columns(table.headers, table.sample(SAMPLE_ROWS))
    except NoOrders as wrong:
        raise UnreadableFile(f"“{name}” can't be read as orders. {wrong}") from None
    yield from read_orders(columns, table.rows(), ZoneInfo(zone), currency, now)
