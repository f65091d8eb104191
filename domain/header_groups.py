"""Headers in two rows: platforms above, and below each of them what its columns hold."""

from collections.abc import Sequence

from domain.columns import platform_named, read_header
from domain.fields import NUMBERS, RATIOS, Field

_OF_AN_ACCOUNT = NUMBERS | RATIOS | {Field.HANDLE, Field.URL}
_FEWEST = 2


def with_groups(header: Sequence[str], above: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Headers with the platform that stands above them: "TikTok followers".

    Args:
        header: the row of headers.
        above: the row before it, if there is one. Only one that names two platforms or more
            groups columns; each reaches as far as the next.
    """
    row = above[0] if above else ()
    named = [cell for cell in row if platform_named(cell.strip()) is not None]
    if len(named) < _FEWEST:
        return tuple(header)
    result, group = [], ""
    for place, text in enumerate(header):
        over = row[place].strip() if place < len(row) else ""
        group = over or group
        own = read_header(text)
        grouped = own.platform is None and _OF_AN_ACCOUNT & set(own.fields)
        result.append(f"{group} {text}" if grouped and platform_named(group) else text)
    return tuple(result)
