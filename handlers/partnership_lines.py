"""Partnerships as the views show them."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from domain.agreement import due
from domain.calendar import is_timezone
from domain.corrections import fell_on
from domain.disclosure_count import DisclosureCount
from domain.forecast_words import expected_words
from domain.key_figures import key_figures
from domain.partnership import BEFORE_LIVE, moves_from, next_step
from domain.results import Reading, Totals, totals_on
from domain.wording import PLATFORM_NAMES
from storage.models import Person, Post
from storage.overviews import Overview
from storage.transaction import Transaction
from views.elements import clean
from views.partners import PartnershipLine, PostLine


def today_of(tx: Transaction, person: Person) -> dt.date:
    """The present date where a person is."""
    zone = person.timezone if is_timezone(person.timezone) else "UTC"
    return tx.now.astimezone(ZoneInfo(zone)).date()


def handle_label(handle: str, name: str = "") -> str:
    """ "@anna", or the creator's name where the profile is gone."""
    return f"@{clean(handle.lstrip('@'), 40)}" if handle else clean(name, 40) or "this creator"


def line_of(
    one: Overview,
    today: dt.date,
    readings: Mapping[int | None, Sequence[Reading]] | None = None,
) -> PartnershipLine:
    """A partnership as it is shown. readings: by post, where each post's figures are shown."""
    return PartnershipLine(
        id=one.id,
        creator_id=one.row.creator_id,
        handle=handle_label(one.handle, one.name),
        name=one.name,
        platform=PLATFORM_NAMES[one.platform] if one.platform else "",
        stage=one.stage,
        brief=one.brief,
        brand=one.brand,
        owner=one.owner.name if one.owner else "",
        deliverables=one.row.deliverables,
        costs=one.costs,
        posts=tuple(_post(post, (readings or {}).get(post.id, ())) for post in one.posts),
        disclosed=DisclosureCount.of(
            Counter(post.disclosure or "unknown" for post in one.posts if not post.absent)
        ).describe(),
        totals=one.totals,
        results_as_of=one.results_as_of,
        rating=one.rating,
        note=one.note,
        key_figures=key_figures(one.costs, one.totals, one.goal),
        next_step=next_step(
            one.stage,
            posts=len(one.posts),
            results_as_of=one.logged_on,
            rated=one.rating is not None or bool(one.note),
            today=today,
            draft=one.draft,
        ),
        asks_to_move=_asks_to_move(one),
        stage_name=one.plan.name(one.stage),
        names=one.plan.names,
        offered=one.plan.offered(moves_from(one.stage)),
        terms=one.terms,
        owed=tuple((row.id or 0, owed) for row, owed in zip(one.owed, one.terms.owed, strict=True)),
        due=due(one.terms, one.stage, one.row.updated_at.date(), today),
        expected=expected_words(one.forecasts[-1].forecast) if one.forecasts else "",
    )


def _asks_to_move(one: Overview) -> str:
    """A question before a stage is chosen, "" = none is asked."""
    draft = one.draft
    if one.stage not in BEFORE_LIVE or draft is None or not draft.undisclosed:
        return ""
    return (
        f"The caption of version {draft.version} does not say in time that it is advertising. "
        "A live post without that is told to its owner at once. Move on all the same?"
    )


def newest(readings: Sequence[Reading]) -> tuple[Totals, dt.date | None]:
    """The totals of one series of readings, and the day of the newest."""
    as_of = max((one.as_of for one in readings), default=None)
    return (totals_on(readings, as_of), as_of) if as_of else (Totals(), None)


def _post(post: Post, readings: Sequence[Reading]) -> PostLine:
    totals, as_of = newest(readings)
    return PostLine(
        url=post.url,
        totals=totals,
        as_of=as_of,
        disclosure=post.disclosure,
        reason=post.disclosure_reason,
        absent=post.absent,
        absent_since=post.absent_since,
        lacks=post.lacks,
        fell_on=fell_on(readings),
    )
