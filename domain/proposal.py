"""Propose how a file's columns feed profiles, from their headers and from their cells."""

from collections.abc import Sequence
from typing import NamedTuple

from domain import content as look
from domain.account import NAMED_BY_TITLE, link_platform
from domain.columns import Header, platform_in_name, read_header
from domain.content import Content
from domain.creator import Platform
from domain.fields import AVERAGES, NUMBERS, RATIOS, Field
from domain.mapping import Column, Mapping, column_letter, decided
from domain.own_export import without_own_records
from domain.repeats import with_repeats, without_totals
from domain.several_accounts import with_accounts
from domain.units import with_units
from domain.values import is_blank
from domain.written_dates import date_in_name

SAMPLE_ROWS = 1_000
"""Rows worth showing to `propose`; more cost time and tell nothing new."""

_FITS = {
    Field.URL: look.share_of_links,
    Field.COUNTRY: look.share_of_countries,
    Field.AUDIENCE_COUNTRY: look.share_of_countries,
    Field.LANGUAGE: look.share_of_languages,
    Field.AUDIENCE_LANGUAGE: look.share_of_languages,
    Field.VERIFIED: look.share_of_booleans,
    Field.EMAIL: look.share_of_emails,
    Field.PLATFORM: look.share_of_platforms,
    Field.AS_OF: look.share_of_dates,
    Field.FEE: look.share_of_amounts,
    Field.CURRENCY: look.share_of_currencies,
    Field.ENGAGEMENT_RATE: look.share_of_rates,
    Field.RATE_DEFINITION: look.share_of_definitions,
    Field.FAKE_FOLLOWER_SHARE: look.share_of_rates,
    Field.CREDIBILITY: look.share_of_rates,
}
_ENOUGH = 0.5


class _Draft(NamedTuple):
    """A column while it is being decided."""

    column: Column
    header: Header
    cells: Sequence[str]


def propose(
    headers: Sequence[str], sample_rows: Sequence[Sequence[str]], file_name: str
) -> Mapping:
    """What each column of a file feeds, decided by spelling and by content.

    Args:
        headers: as the file spells them; "Column A" and so on where it has none.
        sample_rows: up to `SAMPLE_ROWS` rows of cells, as long as the headers or shorter.
        file_name: "ig_ramjas_dec2022.csv"; may give the platform and the date away.

    Returns:
        a proposal for every column, in the file's order; `missing` says what a person must add.
    """
    drafts = [_draft(index, text, sample_rows) for index, text in enumerate(headers)]
    platform, platform_reason = _platform(drafts, file_name)
    columns = without_own_records([_single(draft) for draft in drafts])
    columns = _with_names(drafts, columns, platform)
    if not any(draft.header.fields for draft in drafts):
        columns = _by_content(drafts, columns)
    handle = next((c for c in columns if c.field is Field.HANDLE and c.rank == 0), None)
    if platform is None and handle is not None and handle.platform is not None:
        platform, platform_reason = handle.platform, f"The header “{handle.header}” names it."
    columns = _of_one_platform(columns, platform)
    columns = without_totals(columns)
    columns = with_repeats(columns, sample_rows)
    columns = with_units(columns, sample_rows, platform, file_name)
    columns = with_accounts(drafts, columns, platform)
    date = date_in_name(file_name)
    return Mapping(
        columns=tuple(columns),
        source=file_name,
        platform=platform,
        platform_reason=platform_reason,
        as_of=date.day if date else None,
        as_of_reason=f"The file's name says {date.words}." if date else "",
    )


def _draft(index: int, text: str, rows: Sequence[Sequence[str]]) -> _Draft:
    cells = [row[index] for row in rows if index < len(row)]
    header = read_header(text)
    examples = tuple(dict.fromkeys(cell.strip() for cell in cells if not is_blank(cell)))[:3]
    column = Column(
        index=index,
        header=text or f"Column {column_letter(index)}",
        field=Field.KEEP,
        content=look.look_at(cells),
        examples=examples,
        platform=header.platform,
        currency=header.currency,
        start=header.start,
    )
    return _Draft(column, header, cells)


def _platform(drafts: Sequence[_Draft], file_name: str) -> tuple[Platform | None, str]:
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


def _single(draft: _Draft) -> Column:
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
    if Field.ENGAGEMENT_RATE in candidates or Field.AVERAGE_ENGAGEMENTS in candidates:
        return _engagement(column, candidates, cells)
    return _first_that_fits(column, candidates, cells)


def _first_that_fits(column: Column, candidates: Sequence[Field], cells: Sequence[str]) -> Column:
    for field in candidates:
        if _fit(field, column.content, cells) >= _ENOUGH:
            reason = f"Header and cells say {field.label.lower()}."
            return decided(column, field, 0.95 if len(candidates) == 1 else 0.8, reason)
    first = candidates[0].label.lower()
    warning = f"The header says {first}, but cells such as “{column.examples[0]}” do not; kept."
    return decided(column, Field.KEEP, 0.5, warning, warning=warning)


def _fit(field: Field, content: Content, cells: Sequence[str]) -> float:
    if field in NUMBERS:
        return content.numeric
    return _FITS[field](cells) if field in _FITS else 1.0


def _row_number(column: Column) -> Column:
    if column.content.sequence or (column.content.numeric >= 0.9 and not column.content.suffixed):
        return decided(column, Field.IGNORE, 0.95, "These are row numbers or ranks.")
    return decided(column, Field.KEEP, 0.5, "It is kept: these are not row numbers.")


def _engagement(column: Column, candidates: Sequence[Field], cells: Sequence[str]) -> Column:
    """A rate or a count: the cells decide, and say so where the header says otherwise."""
    content, example = column.content, column.examples[0]
    rate = _fit(Field.ENGAGEMENT_RATE, content, cells) >= _ENOUGH
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


def _with_names(
    drafts: Sequence[_Draft], columns: Sequence[Column], platform: Platform | None
) -> list[Column]:
    """Tell handles from display names: "name" is either, so the cells decide."""
    result = list(columns)
    candidates = [draft for draft in drafts if Field.HANDLE in draft.header.fields]
    candidates = [draft for draft in candidates if draft.column.content.filled]
    links = [draft for draft in drafts if result[draft.column.index].field is Field.URL]
    ranked = sorted(candidates, key=_handle_score, reverse=True)
    best = next((draft for draft in ranked if _can_be_handle(draft, platform)), None)
    if best is None or Field.DISPLAY_NAME in best.header.fields:  # a link is surer than a name
        sure = (d for d in links if look.share_of_profile_links(d.cells) >= _ENOUGH)
        best = next(sure, best)
    if best is not None:
        result[best.column.index] = decided(
            best.column, Field.HANDLE, _confidence(best), _handle_reason(best)
        )
    for draft in drafts:
        if draft is not best and {Field.HANDLE, Field.DISPLAY_NAME} & set(draft.header.fields):
            result[draft.column.index] = _second_name(draft, best, result)
    return result


def _handle_score(draft: _Draft) -> float:
    content = draft.column.content
    plain = 0.2 if Field.DISPLAY_NAME not in draft.header.fields else 0.0
    ids = sum(cell.strip().isdecimal() for cell in draft.cells) / (len(draft.cells) or 1)
    return content.handles + content.distinct + plain - ids / 2


def _can_be_handle(draft: _Draft, platform: Platform | None) -> bool:
    content = draft.column.content
    if content.numeric == 1 and content.suffixed > _ENOUGH:
        return False
    return content.handles >= _ENOUGH or platform in NAMED_BY_TITLE or platform is None


def _confidence(draft: _Draft) -> float:
    return round(0.5 + 0.5 * draft.column.content.handles * draft.column.content.distinct, 2)


def _handle_reason(draft: _Draft) -> str:
    content = draft.column.content
    if content.handles >= 0.9:
        return "Its cells are written as handles or links, and hardly any repeats."
    if content.handles >= _ENOUGH:
        return "Most cells are handles; of the others, the handle in brackets or the title counts."
    return "No column holds handles: the title stands for the handle and the name."


def _second_name(draft: _Draft, best: _Draft | None, columns: Sequence[Column]) -> Column:
    fields = draft.header.fields
    before = columns[draft.column.index]
    elsewhere = best is not None and draft.column.platform not in (None, best.column.platform)
    if Field.URL in fields and before.field is Field.URL and not elsewhere:
        return before
    if Field.DISPLAY_NAME in fields:
        reason = "Its cells are names: spaces, capitals, other scripts."
        if best is None:
            reason = "Its cells are names, not handles."
        return decided(draft.column, Field.DISPLAY_NAME, 0.8, reason)
    if best is not None and draft.column.content.handles >= _ENOUGH:
        rank = sum(column.field is Field.HANDLE for column in columns)
        reason = f"Handles too: read where “{best.column.header}” is empty."
        return decided(draft.column, Field.HANDLE, 0.6, reason, rank=rank)
    return decided(draft.column, Field.KEEP, 0.5, "Its cells are not handles; it is kept.")


def _by_content(drafts: Sequence[_Draft], columns: Sequence[Column]) -> list[Column]:
    """Fields for a file without headers: everything is a guess from the cells."""
    result = list(columns)
    open_drafts = {draft.column.index: draft for draft in drafts if draft.column.content.filled}

    def take(draft: _Draft, field: Field, reason: str) -> None:
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
        best = max(handles, key=_handle_score)
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
