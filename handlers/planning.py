"""Who may be in a plan: what each is expected to bring and costs, and why others can't be."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from domain.commitment import Commitment, clashes_with, is_exclusive
from domain.commitment import Plan as InMind
from domain.forecast import Forecast
from domain.forecast_plan import plan_of, read_plan
from domain.forecast_words import rests_on
from domain.money import format_money
from domain.niche import Vocabulary
from domain.partnership import Stage
from domain.plan_cost import Medians, in_currency, medians, planned_cost
from domain.plan_form import Among, PlanAsk
from domain.plan_found import Left, Pick
from domain.preferences import Preferences
from domain.shortlist import CardState
from handlers import access, cautions, criteria, forecasting
from handlers.context import Context
from storage import (
    briefs,
    cards,
    commitments,
    decisions,
    planning,
    preferences,
    profiles,
    restrictions,
    search,
)
from storage.asked import Criteria
from storage.models import Brief, Person
from storage.profiles import Current
from storage.transaction import Transaction
from views.creator_facts import plain_handle

MOST_CANDIDATES = 10_000
"""Of more that match, the best by fit."""
AT_ONCE = 500
"""Profiles a look at the database."""


@dataclass
class Gathered:
    """Who may be chosen, and who not. looked_at: profiles; matched: how many there were.

    left_out: deliverables that can't be forecast. shared: see `forecasting.shared_doubt`.
    """

    picks: list[Pick] = field(default_factory=list)
    left: Left = field(default_factory=Left)
    looked_at: int = 0
    matched: int = 0
    left_out: tuple[str, ...] = ()
    shared: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class _Terms:
    """What holds for everybody in a plan."""

    ask: PlanAsk
    brief: Brief
    in_mind: InMind
    hidden: frozenset[int]
    today: dt.date
    wishes: Preferences
    known: Medians
    vocabulary: Vocabulary


def gather(context: Context, ask: PlanAsk, brief_id: int, person_id: int) -> Gathered | None:
    """Everybody who may be chosen; None when the person sees the brief no more.

    Looks at the database several times, so that no look is long.
    """
    with context.reading() as tx:
        terms, asked = _terms(tx, context, ask, brief_id, person_id)
        if terms is None or asked is None:
            return None
        numbers, matched = _numbers(tx, terms, asked)
        shared = forecasting.shared_doubt(tx, terms.brief)
    found = Gathered(looked_at=len(numbers), matched=matched, shared=shared)
    for start in range(0, len(numbers), AT_ONCE):
        with context.reading() as tx:
            _add(tx, terms, numbers[start : start + AT_ONCE], found)
    return found


def _terms(
    tx: Transaction, context: Context, ask: PlanAsk, brief_id: int, person_id: int
) -> tuple[_Terms | None, Criteria | None]:
    person = tx.session.get(Person, person_id)
    if person is None or person.workspace_id != tx.workspace_id:
        return None, None
    hidden = access.hidden_brands(tx, person)
    brief = briefs.get(tx, brief_id, hidden)
    if brief is None:
        return None, None
    wishes = preferences.current(tx)
    today = tx.now.date()
    asked = criteria.of_brief(tx, context.services.vocabulary, brief, person, today)
    if ask.platforms:
        asked = replace(asked, platforms=frozenset(one.value for one in ask.platforms))
    terms = _Terms(
        ask=ask,
        brief=brief,
        in_mind=cautions.plan_of(tx, asked),
        hidden=hidden,
        today=today,
        wishes=wishes,
        known=medians(planning.known_fees(tx), ask.budget.currency, wishes),
        vocabulary=context.services.vocabulary,
    )
    return terms, asked


def _numbers(tx: Transaction, terms: _Terms, asked: Criteria) -> tuple[list[int], int]:
    """Profiles to look at, the best fit first where the list is searched."""
    if terms.ask.among is Among.ALL:
        found, counts = search.find(tx, asked, terms.today, MOST_CANDIDATES)
        return [one.profile_id for one in found], counts.total
    number = terms.brief.id or 0
    on_brief = cards.on_brief(tx, number, briefs.creators_decided(tx, number)).values()
    wanted = (
        {CardState.APPROVED}
        if terms.ask.among is Among.APPROVED
        else {CardState.OPEN, CardState.SPLIT, CardState.APPROVED}
    )
    numbers = [card.profile_id for card, _ in on_brief if CardState(card.state) in wanted]
    return numbers, len(numbers)


def _add(tx: Transaction, terms: _Terms, numbers: Sequence[int], found: Gathered) -> None:
    """Look at some profiles: each becomes a pick, or is left out for a reason."""
    current = profiles.current(tx, numbers)
    people = [current[number] for number in numbers if number in current]
    barred = _barred(tx, terms, people)
    free = []
    for one in people:
        if why := barred.get(one.profile.creator_id):
            found.left.add(why, plain_handle(one.snapshot))
        else:
            free.append(one)
    owed = read_plan(terms.ask.deliverables)
    expected = forecasting.expected(tx, free, terms.brief, owed)
    niches = planning.main_niches(tx, [one.profile.id for one in free])
    for one in free:
        forecast = expected.get(one.profile.id)
        pick = _pick(terms, one, forecast, niches.get(one.profile.id, ""))
        if isinstance(pick, Pick):
            found.picks.append(pick)
        else:
            found.left.add(pick, plain_handle(one.snapshot))
        if forecast is not None:
            found.left_out = tuple(dict.fromkeys((*found.left_out, *forecast.left_out)))


def _pick(terms: _Terms, one: Current, forecast: Forecast | None, niche: str) -> Pick | str:
    """A creator as a plan takes them, or why it can't."""
    aim, shown = terms.ask.aim, one.snapshot
    if terms.ask.platforms and shown.platform not in terms.ask.platforms:
        return "on another platform"
    if forecast is None:
        return "figures that nothing may be worked out from"
    expected = getattr(forecast, aim.value)
    if expected is None or expected.low <= 0:
        basis = forecast.bases.get(aim.value)
        return f"no forecast: {basis.missing}" if basis and basis.missing else "no forecast"
    posts = plan_of(read_plan(terms.ask.deliverables), shown.platform).count
    fee, currency = shown.figures.fee, terms.ask.budget.currency
    cost = planned_cost(
        fee, shown.platform, shown.figures.followers, posts, currency, terms.known, terms.wishes
    )
    if cost is None:
        if fee and fee.amount > 0 and in_currency(fee, currency, terms.wishes) is None:
            return f"fee in {fee.currency}, and no rate to {currency} in the settings"
        return "cost unknown"
    return Pick(
        profile_id=one.profile.id,
        name=plain_handle(shown),
        expected=expected,
        cost=cost,
        tiers=tuple(
            tier.value for tier in terms.wishes.tier_bands.tiers_of(shown.figures.followers)
        ),
        niche=terms.vocabulary.name(niche) if niche else "",
        rests_on=rests_on(forecast),
    )


def _barred(tx: Transaction, terms: _Terms, people: Sequence[Current]) -> dict[int, str]:
    """By creator, why they may not be asked for this."""
    numbers = [one.profile.creator_id for one in people]
    met = decisions.with_history(tx, numbers)
    bound = commitments.of_creators(tx, met, terms.hidden)
    found = {number: "exclusivity clash" for number, held in bound.items() if _clashes(terms, held)}
    on_brief = cards.on_brief(tx, terms.brief.id or 0, met)
    for number, (card, _) in on_brief.items():
        if CardState(card.state) is CardState.REJECTED:
            found[number] = "rejected for this brief"
    for number, stage in planning.asked_already(tx, terms.brief.id or 0).items():
        declined = stage is Stage.DECLINED
        found[number] = "declined for this brief" if declined else "agreed for this brief already"
    for number, held in restrictions.in_force(tx, numbers, terms.today).items():
        found[number] = held[0].kind.value
    return found


def _clashes(terms: _Terms, held: Iterable[Commitment]) -> bool:
    return any(
        is_exclusive(one, terms.today)
        and clashes_with(one.exclusive_of, terms.in_mind, terms.vocabulary)
        for one in held
        if one.brand_id is None or one.brand_id != terms.in_mind.brand_id
    )


def wishes_in_words(ask: PlanAsk, names: Iterable[str]) -> Iterator[str]:
    """What stands in the way, as it was asked for: "the budget of €500"."""
    for name in names:
        kind, _, tier = name.partition(":")
        if kind == "budget":
            yield f"the budget of {format_money(ask.budget)}"
        elif kind == "most":
            yield f"at most {ask.most} creators"
        elif kind == "niche":
            yield f"at most {ask.per_niche} a niche"
        elif kind == "tier":
            yield next(_of_tier(ask, tier), tier)


def _of_tier(ask: PlanAsk, tier: str) -> Iterator[str]:
    for named, ends in ask.mix.items():
        if named.value == tier:
            least = f"at least {ends.least} {tier}" if ends.least else ""
            most = f"at most {ends.most} {tier}" if ends.most is not None else ""
            yield " and ".join(part for part in (least, most) if part)
