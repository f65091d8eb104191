"""Propose how a file's columns feed profiles, from their headers and from their cells."""

from collections.abc import Sequence

from domain import content as look
from domain.account import link_platform
from domain.columns import is_platform_alone, platform_in_name
from domain.contradictions import with_swaps
from domain.creator import Platform
from domain.drafts import Draft, draft_of, fit
from domain.fields import AVERAGES, NUMBERS, RATIOS, Field
from domain.mapped_column import Column, decided
from domain.mapping import Mapping
from domain.naming import handle_score, with_names
from domain.own_export import without_own_records
from domain.repeats import with_repeats, without_totals
from domain.row_accounts import heading_of
from domain.several_accounts import with_accounts
from domain.units import with_units
from domain.vendor import recognised, with_vendor
from domain.wording import PLATFORM_NAMES
from domain.written_dates import date_in_name

SAMPLE_ROWS = 1_000
"""Rows worth showing to `propose`; more cost time and tell nothing new."""

_ENOUGH = 0.5


def propose(
    headers: Sequence[str],
    sample_rows: Sequence[Sequence[str]],
    file_name: str,
    title: str = "",
) -> Mapping:
    """What each column of a file feeds, decided by spelling and by content.

    Args:
        headers: as the file spells them; "Column A" and so on where it has none.
        sample_rows: up to `SAMPLE_ROWS` rows of cells, as long as the headers or shorter.
        file_name: "ig_ramjas_dec2022.csv"; may give the platform and the date away.
        title: what stands above the headers, which may name the platform.

    Returns:
        a proposal for every column, in the file's order; `missing` says what a person must add.
    """
    above = _above(sample_rows, title)
    headings = [found for row in sample_rows if (found := heading_of(row)) is not None]
    sample_rows = [row for row in sample_rows if not _is_between(row, headers)]
    drafts = [draft_of(index, text, sample_rows) for index, text in enumerate(headers)]
    vendor = recognised(headers)
    platform, platform_reason = _platform(drafts, file_name)
    if platform is None and above is not None:
        platform, platform_reason = above, f"A line above says “{PLATFORM_NAMES[above]}”."
    if platform is None and vendor is not None and vendor.platform is not None:
        platform, platform_reason = vendor.platform, f"This looks like {vendor.name}."
    columns = without_own_records([_single(draft) for draft in drafts])
    columns = with_swaps(drafts, columns)
    columns = with_names(drafts, columns, platform)
    columns = with_vendor(drafts, columns, vendor)
    if not any(draft.header.fields for draft in drafts):
        columns = _by_content(drafts, columns)
    handle = next((c for c in columns if c.field is Field.HANDLE and c.rank == 0), None)
    if platform is None and handle is not None and handle.platform is not None:
        platform, platform_reason = handle.platform, f"The header “{handle.header}” names it."
    columns = _of_one_platform(columns, platform)
    columns = without_totals(columns)
    columns = with_repeats(columns, sample_rows, platform)
    columns = with_units(columns, sample_rows, platform, file_name)
    columns = with_accounts(drafts, columns, platform)
    date = date_in_name(file_name)
    return Mapping(
        columns=tuple(columns),
        source=file_name,
        vendor=vendor.name if vendor else "",
        headings=tuple(dict.fromkeys(headings)),
        platform=platform,
        platform_reason=platform_reason,
        as_of=date.day if date else None,
        as_of_reason=f"The file's name says {date.words}." if date else "",
    )


def _platform(drafts: Sequence[Draft], file_name: str) -> tuple[Platform | None, str]:
    for draft in drafts:
        hosts = [link_platform(cell) for cell in draft.cells[:50]]
        linked = {host for host in hosts if host is not None}
        if len(linked) == 1 and hosts.count(next(iter(linked))) >= len(hosts) / 2:
            return linked.pop(), f"The links in “{draft.column.header}” lead there."
    named = {draft.header.platform for draft in drafts if draft.header.platform}
    if len(named) == 1:
        header = next(draft.column.header for draft in drafts if draft.header.platform)
        return named.pop(), f"The header “{header}” names it."
    if (platform := platform_in_name(file_name)) is not None:
        return platform, "The file's name says so."
    return None, ""


def _above(rows: Sequence[Sequence[str]], title: str) -> Platform | None:
    """The platform that the first row, or what stands above the headers, is a heading of."""
    return (heading_of(rows[0]) if rows else None) or platform_in_name(title)


def _is_between(row: Sequence[str], headers: Sequence[str]) -> bool:
    """Whether a row is no creator's but a heading, or the headers again."""
    return heading_of(row) is not None or [" ".join(cell.split()) for cell in row] == list(headers)


def _single(draft: Draft) -> Column:
    """A column by itself; handles and names, which need a look at all columns, come later."""
    column, header, cells = draft
    candidates = [f for f in header.fields if f not in (Field.HANDLE, Field.DISPLAY_NAME)]
    if not header.fields or column.start:
        reason = "It says when accounts began" if column.start else "No field is headed so"
        return decided(column, Field.KEEP, 0.8, f"{reason}; it is kept as it is.")
    if not candidates or column.content.filled == 0:
        field = candidates[0] if len(header.fields) == len(candidates) == 1 else Field.KEEP
        return decided(column, field, 0.4, "The header says so; the sample cells are empty.")
    if Field.IGNORE in candidates:
        return _row_number(column)
    if candidates == [Field.FOLLOWERS] and is_platform_alone(column.header):
        name = PLATFORM_NAMES[column.platform] if column.platform else column.header
        reason = f"Its cells are numbers, so they are taken as followers on {name}."
        return decided(column, Field.FOLLOWERS, 0.6, reason, guess=True)
    if Field.ENGAGEMENT_RATE in candidates or Field.AVERAGE_ENGAGEMENTS in candidates:
        return _engagement(column, candidates, cells)
    return _first_that_fits(column, candidates, cells)


def _first_that_fits(column: Column, candidates: Sequence[Field], cells: Sequence[str]) -> Column:
    for field in candidates:
        if fit(field, column.content, cells) >= _ENOUGH:
            reason = f"Header and cells say {field.label.lower()}."
            return decided(column, field, 0.95 if len(candidates) == 1 else 0.8, reason)
    first = candidates[0].label.lower()
    warning = f"The header says {first}, but cells such as “{column.examples[0]}” do not; kept."
    return decided(column, Field.KEEP, 0.5, warning, warning=warning)


def _row_number(column: Column) -> Column:
    if column.content.sequence or (column.content.numeric >= 0.9 and not column.content.suffixed):
        return decided(column, Field.IGNORE, 0.95, "These are row numbers or ranks.")
    return decided(column, Field.KEEP, 0.5, "It is kept: these are not row numbers.")


def _engagement(column: Column, candidates: Sequence[Field], cells: Sequence[str]) -> Column:
    """A rate or a count: the cells decide, and say so where the header says otherwise."""
    content, example = column.content, column.examples[0]
    rate = fit(Field.ENGAGEMENT_RATE, content, cells) >= _ENOUGH
    both = Field.ENGAGEMENT_RATE in candidates and Field.AVERAGE_ENGAGEMENTS in candidates
    count = next((field for field in candidates if field in AVERAGES), Field.AVERAGE_ENGAGEMENTS)
    if content.numeric < _ENOUGH and not rate:
        warning = f"Cells such as “{example}” are no engagement figures; kept."
        return decided(column, Field.KEEP, 0.5, warning, warning=warning)
    if both:
        field = Field.ENGAGEMENT_RATE if content.is_rate_like else count
        words = "rates" if content.is_rate_like else "counts"
        return decided(column, field, 0.85, f"Cells such as “{example}” are {words}.")
    if Field.ENGAGEMENT_RATE in candidates:
        if content.suffixed > _ENOUGH or content.middle > 100:
            warning = f"The header says rate, but cells such as “{example}” are counts."
            return decided(column, count, 0.6, warning, warning=warning, guess=True)
        return decided(column, Field.ENGAGEMENT_RATE, 0.95, "Header and cells say rate.")
    if content.percent >= _ENOUGH:
        warning = f"The header says a count, but cells such as “{example}” are rates."
        return decided(column, Field.ENGAGEMENT_RATE, 0.6, warning, warning=warning, guess=True)
    return decided(column, count, 0.95, f"Header and cells say {count.label.lower()}.")


def _by_content(drafts: Sequence[Draft], columns: Sequence[Column]) -> list[Column]:
    """Fields for a file without headers: everything is a guess from the cells."""
    result = list(columns)
    open_drafts = {draft.column.index: draft for draft in drafts if draft.column.content.filled}

    def take(draft: Draft, field: Field, reason: str) -> None:
        index = draft.column.index
        result[index] = decided(draft.column, field, 0.5, reason, guess=True)
        del open_drafts[index]

    for draft in list(open_drafts.values()):
        for field, share, reason in (
            (Field.EMAIL, look.share_of_emails, "Its cells are e-mail addresses."),
            (Field.PLATFORM, look.share_of_platforms, "Its cells name platforms."),
            (Field.COUNTRY, look.share_of_countries, "Its cells are countries."),
        ):
            if draft.column.index in open_drafts and share(draft.cells) >= 0.9:
                take(draft, field, reason)
    for draft in list(open_drafts.values()):
        if draft.column.content.sequence:
            take(draft, Field.IGNORE, "Its cells count the rows.")
    texts = [draft for draft in open_drafts.values() if draft.column.content.numeric < _ENOUGH]
    handles = [draft for draft in texts if draft.column.content.handles >= _ENOUGH]
    if handles:
        best = max(handles, key=handle_score)
        take(best, Field.HANDLE, "Its cells are written as handles and hardly any repeats.")
        texts.remove(best)
    if texts and texts[0].column.content.distinct > 0.8:
        take(texts[0], Field.DISPLAY_NAME, "Its cells are names that hardly repeat.")
    numbers = [draft for draft in open_drafts.values() if draft.column.content.numeric >= 0.9]
    if numbers:
        largest = max(numbers, key=lambda draft: draft.column.content.middle)
        take(largest, Field.FOLLOWERS, "Its cells are the largest numbers of the file.")
    return result


def _of_one_platform(columns: Sequence[Column], platform: Platform | None) -> list[Column]:
    """Keep apart what a header says of another platform: "TikTok followers" in a list of both."""
    reason = "It speaks of another platform; it is kept under its own header."
    return [
        decided(column, Field.KEEP, 0.7, reason)
        if platform and column.platform not in (None, platform) and column.field in NUMBERS | RATIOS
        else column
        for column in columns
    ]
