"""A report on a brief, or across briefs: one sentence, then target, forecast and outcome.

Pure: what is known comes in, sentences and figures go out. Nothing is divided by nothing,
currencies stay apart unless the workspace set a rate with its date, and what is unknown is said.
"""

import datetime as dt
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from domain import report_forecast
from domain.calendar import Days
from domain.creator import Money
from domain.goal import Goal
from domain.kpi import cost_per_engagement
from domain.money import Converted, format_money
from domain.partnership import Stage
from domain.rebook import Rebook
from domain.report_facts import BriefAim, Partner, ReportFacts, in_one_currency
from domain.report_figures import Figure, Tally, best_first, goal_word, outcome
from domain.report_period import named as period_named
from domain.report_sentence import is_met, is_over, reached, sentence, share
from domain.wording import counted, listed


class Shown(BaseModel):
    """Who reads a report, and what may be in it.

    client: people outside the team read it: no cost, contact, vote, note, weakness or other brand
    is in it, and nobody is named as missing. costs: what was paid and what follows from it.
    forecast: what was expected of whom.
    """

    model_config = ConfigDict(frozen=True)

    client: bool = False
    costs: bool = True
    forecast: bool = True


TEAM = Shown()
CLIENT = Shown(client=True, costs=False, forecast=False)


class PartnerRow(BaseModel):
    """A partnership as a row of a report; "" and None where nothing is known or may be said.

    spent, revenues: one sum for each currency. as_of: day of its newest figures.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    brief: str = ""
    stage: str = ""
    spent: tuple[Money, ...] = ()
    reach: int | None = None
    engagements: int | None = None
    clicks: int | None = None
    conversions: int | None = None
    revenues: tuple[Money, ...] = ()
    cost_per_engagement: Money | None = None
    expected: str = ""
    as_of: dt.date | None = None


class Report(BaseModel):
    """All that a report says; texts are plain, as people wrote their parts.

    when: "October 2026" or "to date". sentence: for who reads nothing else. partners: the best
    first. notes: what is to be known of the whole. sales: what conversions are called.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    when: str
    as_of: dt.date
    shown: Shown
    sentence: str
    target: tuple[Figure, ...] = ()
    forecast: tuple[Figure, ...] = ()
    outcome: tuple[Figure, ...] = ()
    partners: tuple[PartnerRow, ...] = ()
    notes: tuple[str, ...] = ()
    rebook: tuple[Rebook, ...] = ()
    sales: str = "conversions"


def compose(facts: ReportFacts, shown: Shown = TEAM, rebook: Sequence[Rebook] = ()) -> Report:
    """What the report says to these readers."""
    told, turned = in_one_currency(facts, costs=shown.costs)
    of_period = tuple(one for one in told.partners if one.in_period)
    tally = Tally(of_period, names=not shown.client)
    rows = tally.published if shown.client else tally.counted
    return Report(
        title=facts.title,
        when=period_named(facts.period) if facts.period else "to date",
        as_of=facts.today,
        shown=shown,
        sentence=sentence(told, tally, costs=shown.costs),
        target=_targets(told, shown),
        forecast=report_forecast.figures(tally, costs=shown.costs) if shown.forecast else (),
        outcome=outcome(tally, costs=shown.costs) if tally.counted else (),
        partners=tuple(_row(one, told, shown) for one in best_first(rows, told.goal)),
        notes=_notes(told, tally, turned, shown),
        rebook=() if shown.client else tuple(rebook),
        sales=goal_word(Goal.CONVERSIONS, tally),
    )


def _targets(facts: ReportFacts, shown: Shown) -> tuple[Figure, ...]:
    """What each brief asks for and how far it is; for one brief its budget and days as well."""
    if facts.one_brief and len(facts.briefs) == 1:
        return _one_target(facts.briefs[0], facts, shown)
    figures = [_target(aim, facts, aim.name) for aim in facts.briefs if aim.target]
    without = [aim.name for aim in facts.briefs if not aim.target]
    if without:
        none = Figure(
            name="Without a target", value=counted(len(without), "brief"), meaning=listed(without)
        )
        figures.append(none)
    return tuple(figures)


def _one_target(aim: BriefAim, facts: ReportFacts, shown: Shown) -> tuple[Figure, ...]:
    target = (
        _target(aim, facts, "Target")
        if aim.target
        else Figure(name="Target", value="none set", meaning="The brief can be edited to have one.")
    )
    budget = _budget(aim, facts) if shown.costs else []
    return (target, *budget, *_days(aim, facts.today))


def _target(aim: BriefAim, facts: ReportFacts, name: str) -> Figure:
    brought, tally = reached(aim, facts)
    target = aim.target or 0
    word = goal_word(aim.goal or Goal.ENGAGEMENT, tally)
    if brought is None:
        state = "no figures yet"
    elif is_met(aim, brought):
        state = f"met: {brought:,} so far"
    else:
        missed = "missed" if is_over(aim, facts.today) else "so far"
        state = f"{missed}: {brought:,}, {share(brought, target)}"
    return Figure(
        name=name,
        value=f"{target:,} {word}",
        meaning=f"{state[:1].upper()}{state[1:]}. Over all partnerships of the brief, to date.",
    )


def _budget(aim: BriefAim, facts: ReportFacts) -> list[Figure]:
    if aim.budget is None:
        return []
    spent = Tally(tuple(one for one in facts.partners if one.brief_id == aim.id)).spent
    same = [one for one in spent if one.currency == aim.budget.currency]
    others = [one for one in spent if one.currency != aim.budget.currency]
    if aim.budget.amount <= 0:
        used = "There is nothing to spend."
    elif same:
        used = f"{round(100 * same[0].amount / aim.budget.amount):,} % of it is spent."
    else:
        used = "No cost is on record yet."
    apart = f" Not counted: {listed([format_money(one) for one in others])}." if others else ""
    return [Figure(name="Budget", value=format_money(aim.budget), meaning=f"{used}{apart}")]


def _days(aim: BriefAim, today: dt.date) -> list[Figure]:
    if aim.starts_on is None and aim.ends_on is None:
        return []
    if aim.starts_on and aim.ends_on and aim.starts_on <= aim.ends_on:
        value = Days(first=aim.starts_on, last=aim.ends_on).describe()
    else:
        value = " ".join(
            f"{word} {day.day} {day:%B %Y}"
            for word, day in (("from", aim.starts_on), ("until", aim.ends_on))
            if day is not None
        )
    state = "The campaign is over." if is_over(aim, today) else "The campaign's days."
    return [Figure(name="Campaign", value=value, meaning=state)]


def _row(one: Partner, facts: ReportFacts, shown: Shown) -> PartnerRow:
    totals = one.totals
    each = cost_per_engagement(one.spent[0], totals.engagements) if len(one.spent) == 1 else None
    return PartnerRow(
        name=one.name,
        brief="" if facts.one_brief else one.brief,
        stage="" if shown.client else one.stage_name or one.stage.value,
        spent=one.spent if shown.costs else (),
        reach=totals.reach,
        engagements=totals.engagements,
        clicks=totals.clicks,
        conversions=totals.conversions,
        revenues=one.revenues,
        cost_per_engagement=each.money if shown.costs and each is not None else None,
        expected=report_forecast.row_words(one) if shown.forecast else "",
        as_of=one.results_as_of,
    )


def _notes(
    facts: ReportFacts, tally: Tally, turned: Sequence[Converted], shown: Shown
) -> tuple[str, ...]:
    period, notes = facts.period, []
    if period is not None:
        notes.append(
            f"Of partnerships whose first post was published in {period_named(period)}, with all "
            "that they cost and brought to date."
            if shown.costs
            else f"Of posts first published in {period_named(period)}, with all they brought."
        )
    if turned:
        notes.append(f"Converted: {'; '.join(one.describe() for one in turned)}.")
    currencies = {money.currency for money in (*tally.spent, *tally.revenues)}
    if len(currencies) > 1 and shown.costs:
        notes.append(
            "Currencies are kept apart, for no rate between them is set; owners and managers can "
            "set one under `/influencer settings`."
        )
    if shown.client:
        return tuple(notes)
    talks = sum(not one.counts and one.stage != Stage.DECLINED for one in tally.partners)
    if talks and tally.counted:
        notes.append(f"Not counted yet: {counted(talks, 'creator')} approved or in talks.")
    if facts.unknown_orders:
        orders = counted(facts.unknown_orders, "paid order")
        notes.append(f"{orders} with codes that nobody knows count for nobody: /influencer sales.")
    return tuple(notes)
