"""All traps: files in the shapes that imports are known to stumble over."""

from tests.trap_accounts import accounts, encodings
from tests.trap_files import Trap
from tests.trap_headers import headers, languages
from tests.trap_layouts import layouts, workbooks
from tests.trap_numbers import money_and_dates, numbers
from tests.trap_sheets import sheets


def all_traps() -> list[Trap]:
    """Every trap."""
    return [
        *headers(),
        *languages(),
        *numbers(),
        *accounts(),
        *money_and_dates(),
        *layouts(),
        *encodings(),
        *workbooks(),
        *sheets(),
    ]
