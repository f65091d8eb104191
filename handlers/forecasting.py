"""Forecasts are written down: when creators are shortlisted, and when a partnership is agreed."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from domain.agreement import Owed
from domain.creator import Money, Platform
from domain.forecast import Forecast, Track, forecast
from domain.forecast_plan import Plan, plan_of, read_plan
from domain.partnership import Stage, work_started
from storage import (
    brands,
    briefs,
    costs,
    forecasts,
    index,
    profiles,
    recent_posts,
    results,
    terms,
)
from storage.cards import number_of
from storage.forecasts import AGREED, SHORTLISTED, TERMS_CHANGED, New
from storage.models import Brief, Card, Partnership
from storage.profiles import Current
from storage.recent_posts import Known
from storage.transaction import Transaction

ONCE = (AGREED, TERMS_CHANGED)


@dataclass(frozen=True)
class _Asked:
    """Whom a forecast is for: the account that was chosen, what is planned, what it would cost."""

    home: Current
    plan: Plan
    cost: Money | None


def expected(
    tx: Transaction,
    creators: Sequence[Current],
    brief: Brief,
    owed: Sequence[Owed] | None = None,
) -> dict[int, Forecast]:
    """What a brief's deliverables would bring from each of these profiles; nothing is kept.

    owed: other deliverables in their place. Profiles from whose figures nothing may be worked out
    are left out.
    """
    asked = _asked(creators, brief, owed)
    found = _forecasts(tx, asked, brief.brand_id)
    return {asked[place].home.profile.id: each.forecast for place, each in found.items()}


def shared_doubt(tx: Transaction, brief: Brief) -> dict[str, float]:
    """By figure, the part of its doubt that all forecasts for a brief have in common.

    A deviation of logarithms: how posts for brands do here, and how many engagements convert.
    """
    learned = forecasts.learned(tx, brands.hidden_from(tx, None) - {brief.brand_id})
    found = {name: learned.ratio(name).factor.doubt for name in ("views", "engagements")}
    rate = learned.conversion_rate
    own = rate.factor.doubt if rate else 0.0
    return {**found, "conversions": math.hypot(found["engagements"], own)}


def when_shortlisted(
    tx: Transaction, made: Sequence[Card], creators: Sequence[Current], brief: Brief
) -> None:
    """Write down what the brief's deliverables would bring, for each new card.

    creators: of the cards, in the same order.
    """
    asked = _asked(creators, brief)
    found = _forecasts(tx, asked, brief.brand_id)
    forecasts.add(
        tx,
        [
            _new(one, found[place], SHORTLISTED, card_id=number_of(card))
            for place, (card, one) in enumerate(zip(made, asked, strict=True))
            if place in found
        ],
    )


def _asked(
    creators: Sequence[Current], brief: Brief, owed: Sequence[Owed] | None = None
) -> list[_Asked]:
    """What a brief asks of each; it costs the known fee for a post, times the posts."""
    if owed is None:
        owed = read_plan(briefs.content(brief).deliverables)
    found = []
    for one in creators:
        plan, fee = plan_of(owed, one.snapshot.platform), one.snapshot.figures.fee
        cost = Money(amount=fee.amount * plan.count, currency=fee.currency) if fee else None
        found.append(_Asked(one, plan, cost))
    return found


def when_moved(tx: Transaction, row: Partnership) -> None:
    """Write down what is expected of a partnership that was just agreed; once for each."""
    if work_started(Stage(row.stage)) and not forecasts.has_any(tx, row.id or 0, *ONCE):
        _write(tx, row, AGREED)


def when_terms_changed(tx: Transaction, row: Partnership) -> None:
    """Write it down anew where what was agreed changed before there were any results."""
    if not work_started(Stage(row.stage)) or any(results.rows(tx, [row.id or 0])):
        return
    if not forecasts.has_any(tx, row.id or 0, *ONCE):
        _write(tx, row, AGREED)
        return
    newest = forecasts.of_partnerships(tx, [row])[row.id or 0][-1]
    _write(tx, row, TERMS_CHANGED, unless=newest.forecast)


def _write(
    tx: Transaction, row: Partnership, occasion: str, unless: Forecast | None = None
) -> None:
    """Write down a forecast of a partnership, unless plan and cost are those of another one."""
    home = profiles.current(tx, [row.profile_id]).get(row.profile_id) if row.profile_id else None
    if home is None:
        return
    number = row.id or 0
    owed: Sequence[Owed] = terms.terms_of(row, terms.of_partnerships(tx, [number])[number]).owed
    if not owed and row.brief_id is not None and (brief := briefs.get(tx, row.brief_id)):
        owed = read_plan(briefs.content(brief).deliverables)
    asked = _Asked(home, plan_of(owed, home.snapshot.platform), _cost(tx, number))
    if unless is not None and _is_same(unless, asked):
        return
    found = _forecasts(tx, [asked], row.brand_id).get(0)
    if found is not None:
        forecasts.add(tx, [_new(asked, found, occasion, partnership_id=number)])


@dataclass(frozen=True)
class _Found:
    """A forecast with what it was made from."""

    forecast: Forecast
    sources: tuple[str, ...]
    keep_until: dt.datetime | None


def _forecasts(tx: Transaction, asked: Sequence[_Asked], brand_id: int | None) -> dict[int, _Found]:
    """Forecasts by place; none of accounts from whose figures nothing may be worked out."""
    accounts = [
        _accounts(one, others) for one, others in zip(asked, _others(tx, asked), strict=True)
    ]
    numbers = [each.profile.id for some in accounts for each in some.values()]
    posts = recent_posts.of_profiles(tx, numbers)
    ends = forecasts.ends_of_sources(tx, numbers)
    pools = index.pools(tx)
    learned = forecasts.learned(tx, brands.hidden_from(tx, None) - {brand_id})
    found = {}
    for place, (one, of_creator) in enumerate(zip(asked, accounts, strict=True)):
        if one.home.snapshot.platform not in of_creator:
            continue
        tracks = {where: _track(each, posts[each.profile.id]) for where, each in of_creator.items()}
        made = forecast(one.plan, tracks, pools, learned, one.cost, tx.now)
        found[place] = _Found(made, *_origin(of_creator.values(), posts, ends))
    return found


def _others(tx: Transaction, asked: Sequence[_Asked]) -> list[list[Current]]:
    """Other accounts of the creators, where posts are planned on other platforms too."""
    elsewhere = {
        one.home.profile.creator_id
        for one in asked
        if set(one.plan.posts) - {one.home.snapshot.platform}
    }
    if not elsewhere:
        return [[] for _ in asked]
    by_creator: dict[int, list[Current]] = defaultdict(list)
    for each in profiles.current(tx, forecasts.accounts_of(tx, elsewhere)).values():
        by_creator[each.profile.creator_id].append(each)
    return [by_creator.get(one.home.profile.creator_id, []) for one in asked]


def _accounts(one: _Asked, others: Sequence[Current]) -> dict[Platform, Current]:
    """Accounts by platform, the chosen one first; those that may be judged."""
    found: dict[Platform, Current] = {}
    for each in (one.home, *others):
        where = each.snapshot.platform
        planned = where in one.plan.posts or each is one.home
        if each.judged is not None and planned:
            found.setdefault(where, each)
    return found


def _track(one: Current, known: Known) -> Track:
    judged = one.judged or one.snapshot
    figures = judged.figures
    return Track(judged.platform, figures.followers, known.posts, figures)


def _origin(
    accounts: Collection[Current], posts: Mapping[int, Known], ends: Mapping[int, dt.datetime]
) -> tuple[tuple[str, ...], dt.datetime | None]:
    """Whose figures a forecast rests on, and when the first of them must be gone."""
    sources: set[str] = set()
    until = []
    for one in accounts:
        known = posts[one.profile.id]
        said = {origin.source for origin in one.judged_origins.values()}
        sources |= {*known.sources, *said}
        end = ends.get(one.profile.id) if one.snapshot.platform.value in said else None
        until += [each for each in (known.keep_until, end) if each is not None]
    return tuple(sorted(sources - {""})), min(until, default=None)


def _cost(tx: Transaction, partnership_id: int) -> Money | None:
    """What a partnership costs; None where that is unknown or in several currencies."""
    known = list(costs.of_partnerships(tx, [partnership_id])[partnership_id].values())
    if not known or len({money.currency for money in known}) > 1:
        return None
    return Money(amount=sum(money.amount for money in known), currency=known[0].currency)


def _is_same(before: Forecast, asked: _Asked) -> bool:
    return (before.posts, before.cost) == (asked.plan.count, asked.cost)


def _new(asked: _Asked, found: _Found, occasion: str, **of: int) -> New:
    return New(
        profile_id=asked.home.profile.id,
        occasion=occasion,
        forecast=found.forecast,
        inputs={
            "planned": {where.value: count for where, count in asked.plan.posts.items()},
            "followers": asked.home.snapshot.figures.followers,
        },
        sources=found.sources,
        keep_until=found.keep_until,
        **of,
    )
