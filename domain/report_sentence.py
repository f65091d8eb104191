"""The one sentence that a report opens with: spent, brought, per unit, target, what is missing."""

import datetime as dt
from collections.abc import Sequence

from domain.creator import Money
from domain.goal import Goal
from domain.kpi import CurrencyKpis, KpiOver
from domain.money import format_unit_cost
from domain.partnership import Stage
from domain.report_facts import BriefAim, ReportFacts
from domain.report_figures import GOAL_FIGURES, Tally, amounts, back, goal_word
from domain.report_period import named as period_named
from domain.wording import counted, listed


def sentence(facts: ReportFacts, tally: Tally, *, costs: bool) -> str:
    """ "€12,400 spent, 310 sales worth €18,900: €1.52 back per €1; target of 250 sales met;
    results missing for 3 of 9."

    Args:
        facts: amounts in one currency already, where a rate was known.
        tally: of the partnerships that the figures are of.
        costs: whether what was paid may be told.
    """
    if not tally.published:
        return _nothing_yet(facts, tally, costs=costs)
    brought = _brought(facts.goal, tally)
    head = f"{_spent(tally)}, {brought}" if costs else _capital(brought)
    per_unit = _per_unit(facts.goal, tally) if costs else ""
    parts = (
        f"{head}: {per_unit}" if per_unit else head,
        *_targets(facts),
        *_missing(facts.goal, tally),
    )
    return f"{'; '.join(parts)}."


def reached(aim: BriefAim, facts: ReportFacts) -> tuple[int | None, Tally]:
    """What all partnerships of a brief brought of what its goal counts; None = not known."""
    of_brief = Tally(tuple(one for one in facts.partners if one.brief_id == aim.id))
    return of_brief.total(GOAL_FIGURES[aim.goal or Goal.ENGAGEMENT]), of_brief


def is_met(aim: BriefAim, brought: int | None) -> bool:
    """Whether a brief brought at least what it asks for."""
    return aim.target is not None and brought is not None and brought >= aim.target


def share(brought: int, target: int) -> str:
    """ "62 %", rounded down, so that a target that is missed never reads 100 %."""
    return f"{100 * brought // target:,} %"


def _nothing_yet(facts: ReportFacts, tally: Tally, *, costs: bool) -> str:
    if facts.period is not None:
        return f"Nothing was published in {period_named(facts.period)}."
    agreed = len(tally.counted)
    if agreed:
        price = f" for {amounts(tally.spent)}" if costs and tally.spent else ""
        return f"Nothing is live yet: {counted(agreed, 'partnership')} agreed{price}."
    talks = sum(one.stage != Stage.DECLINED for one in tally.partners)
    if talks:
        return f"Nothing is agreed yet: {counted(talks, 'creator')} approved or in talks."
    return "Nothing to report yet: nobody is being worked with."


def _spent(tally: Tally) -> str:
    return f"{amounts(tally.spent)} spent" if tally.spent else "No cost on record"


def _brought(goal: Goal, tally: Tally) -> str:
    total, word = tally.total(GOAL_FIGURES[goal]), goal_word(goal, tally)
    worth = f"worth {amounts(tally.revenues)}" if tally.revenues else ""
    if goal == Goal.CONVERSIONS:
        said = f"{total:,} {_one(word, total)}" if total is not None else word
        if worth:
            return f"{said} {worth}"
        return said if total is not None else f"{word} not known yet"
    if total is None:
        said = f"{word} not known yet"
    else:
        said = f"reach of {total:,}" if goal == Goal.AWARENESS else f"{total:,} {_one(word, total)}"
    return f"{said}, {_sales(tally)} {worth}" if worth else said


def _sales(tally: Tally) -> str:
    """ "36 sales", "sales" where nobody knows how many."""
    sold = tally.total(GOAL_FIGURES[Goal.CONVERSIONS])
    return "sales" if sold is None else counted(sold, "sale")


def _per_unit(goal: Goal, tally: Tally) -> str:
    """What came back for each unit of money, or what one result cost; "" where neither is known."""
    returned = [
        (back(kpis.return_on_spend.kpi.ratio, kpis.currency), kpis.return_on_spend)
        for kpis in tally.kpis.currencies
        if kpis.return_on_spend.kpi.ratio is not None
    ]
    if returned:
        return _over(returned, tally)
    priced = [
        (f"{_unit_cost(money)} {_UNITS[goal]}", figure)
        for kpis in tally.kpis.currencies
        if (money := (figure := _goal_kpi(goal, kpis)).kpi.money) is not None
    ]
    return _over(priced, tally)


def _over(said: Sequence[tuple[str, KpiOver]], tally: Tally) -> str:
    """The figures, with how many partnerships they are over where that is not all."""
    over = sum(len(figure.over) for _, figure in said)
    told = listed([words for words, _ in said])
    if told and over < len(tally.counted):
        return f"{told} where both are known ({over} of {len(tally.counted)})"
    return told


def _goal_kpi(goal: Goal, kpis: CurrencyKpis) -> KpiOver:
    return {
        Goal.AWARENESS: kpis.cost_per_thousand,
        Goal.ENGAGEMENT: kpis.cost_per_engagement,
        Goal.CONVERSIONS: kpis.cost_per_conversion,
    }[goal]


_UNITS = {
    Goal.AWARENESS: "per 1,000 reached",
    Goal.ENGAGEMENT: "an engagement",
    Goal.CONVERSIONS: "a conversion",
}


def _unit_cost(money: Money) -> str:
    return format_unit_cost(money.amount, money.currency)


def _targets(facts: ReportFacts) -> list[str]:
    aims = [one for one in facts.briefs if one.target]
    if not aims:
        return []
    if len(facts.briefs) == 1:
        return [_target(aims[0], facts)]
    met = sum(is_met(aim, reached(aim, facts)[0]) for aim in aims)
    return [f"target met by {met} of {counted(len(aims), 'brief')}"]


def _target(aim: BriefAim, facts: ReportFacts) -> str:
    brought, tally = reached(aim, facts)
    goal, target = aim.goal or Goal.ENGAGEMENT, aim.target or 0
    word = goal_word(goal, tally)
    of = f"reach of {target:,}" if goal == Goal.AWARENESS else f"{target:,} {_one(word, target)}"
    if brought is None:
        return f"target of {of}: no figures yet"
    if is_met(aim, brought):
        return f"target of {of} met"
    if is_over(aim, facts.today):
        return f"target of {of} missed ({share(brought, target)})"
    return f"{share(brought, target)} of the target of {of}"


def is_over(aim: BriefAim, today: dt.date) -> bool:
    """Whether the campaign's last day is past."""
    return aim.ends_on is not None and aim.ends_on < today


def _missing(goal: Goal, tally: Tally) -> list[str]:
    """How many published partnerships have no results, or none of what the goal counts."""
    of = len(tally.published)
    without = len(tally.without_results)
    lacking = len(tally.unknown(GOAL_FIGURES[goal])) - without
    said = [f"results missing for {without} of {of}"] if without else []
    if lacking:
        word = goal_word(goal, tally)
        said.append(f"{word} unknown for {lacking} {'more' if without else f'of {of}'}")
    return said


def _one(word: str, count: int) -> str:
    return word[:-1] if count == 1 and word.endswith("s") else word


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
