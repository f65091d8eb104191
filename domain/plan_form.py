"""What a plan is asked for: the modal's fields, read and checked."""

import re
from collections.abc import Collection, Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.creator import Money, Platform
from domain.forecast_plan import read_plan
from domain.goal import Goal
from domain.money import MoneyError, parse_money, to_minor
from domain.plan import Aim, Ends, Limits
from domain.tier import TIER_NAMES, Tier

MOST_CREATORS = 25
"""As many as one shortlist takes at once."""
USUAL = 10
_BETWEEN = re.compile(r"[,;\n]+|\band\b", re.IGNORECASE)
_WISH = re.compile(
    r"^(?:(?P<how>at least|at most|exactly|min|max|minimum|maximum|>=|<=|≥|≤)\s*(?P<count>\d{1,3})"
    r"|(?P<low>\d{1,3})\s*[-–]\s*(?P<high>\d{1,3}))\s+(?P<tier>[a-z]+)s?$",
    re.IGNORECASE,
)
_LEAST = {"at least", "min", "minimum", ">=", "≥"}
_MOST = {"at most", "max", "maximum", "<=", "≤"}
MIX_HINT = "For example: at least 2 micro, at most 1 macro, 2-4 nano."
_OF_GOAL = {
    Goal.AWARENESS: Aim.VIEWS,
    Goal.ENGAGEMENT: Aim.ENGAGEMENTS,
    Goal.CONVERSIONS: Aim.CONVERSIONS,
}


class Among(StrEnum):
    """Who may be chosen: all that match the brief, or who is on its shortlists."""

    ALL = "all"
    SHORTLISTED = "shortlisted"
    APPROVED = "approved"


class Between(BaseModel):
    """How many of a tier, ends included; most None: any."""

    model_config = ConfigDict(frozen=True)

    least: int = 0
    most: int | None = None


class PlanAsk(BaseModel):
    """A plan as it is asked for. deliverables: of each creator, as a brief has them."""

    model_config = ConfigDict(frozen=True)

    aim: Aim
    budget: Money
    deliverables: str = ""
    most: int = USUAL
    mix: dict[Tier, Between] = {}
    per_niche: int | None = None
    platforms: tuple[Platform, ...] = ()
    among: Among = Among.ALL

    @property
    def limits(self) -> Limits:
        """As the solver takes it."""
        tiers = {tier.value: Ends(ends.least, ends.most) for tier, ends in self.mix.items()}
        return Limits(to_minor(self.budget), self.most, tiers, self.per_niche)


def aim_of(goal: Goal | None) -> Aim:
    """What a brief with this goal is planned for at first."""
    return _OF_GOAL.get(goal, Aim.ENGAGEMENTS) if goal else Aim.ENGAGEMENTS


def read_ask(
    typed: Mapping[str, str], platforms: Collection[str], currency: str | None
) -> PlanAsk | dict[str, str]:
    """A plan as it was filled in, or a sentence for every field that is wrong.

    typed: aim, budget, deliverables, most, mix, per_niche, among. currency: of an amount that
    names none.
    """
    wrong: dict[str, str] = {}
    budget = _budget(typed.get("budget", ""), currency, wrong)
    most = _count(typed.get("most", ""), "most", MOST_CREATORS, wrong)
    per_niche = None
    if typed.get("per_niche", "").strip():
        per_niche = _count(typed["per_niche"], "per_niche", MOST_CREATORS, wrong)
    mix = _mix(typed.get("mix", ""), wrong)
    deliverables = " ".join(typed.get("deliverables", "").split())
    if deliverables and not read_plan(deliverables):
        wrong["deliverables"] = "Please write it as “2 Reels and 1 story”, or leave it empty."
    for field, values in (("aim", Aim), ("among", Among)):
        if typed.get(field, "") not in {str(one) for one in values}:
            wrong[field] = "Please choose one."
    if not set(platforms) <= {one.value for one in Platform}:
        wrong["platforms"] = "Please choose from the list."
    if wrong or budget is None:
        return wrong
    return PlanAsk(
        aim=Aim(typed["aim"]),
        budget=budget,
        deliverables=deliverables,
        most=most,
        mix=mix,
        per_niche=per_niche,
        platforms=tuple(Platform(one) for one in platforms),
        among=Among(typed["among"]),
    )


def _budget(typed: str, currency: str | None, wrong: dict[str, str]) -> Money | None:
    try:
        money = parse_money(typed, currency)
        if to_minor(money) > 0:
            return money
        wrong["budget"] = "Please type an amount above 0, such as €5,000."
    except MoneyError as error:
        wrong["budget"] = str(error)
    return None


def _count(typed: str, field: str, most: int, wrong: dict[str, str]) -> int:
    said = typed.strip()
    if said.isascii() and said.isdigit() and len(said) < 5 and 1 <= int(said) <= most:
        return int(said)
    wrong[field] = f"Please type a whole number from 1 to {most}."
    return 0


def _mix(typed: str, wrong: dict[str, str]) -> dict[Tier, Between]:
    found: dict[Tier, Between] = {}
    for part in _BETWEEN.split(typed):
        said = " ".join(part.split())
        if not said:
            continue
        match = _WISH.match(said)
        if match is None or match["tier"].lower() not in TIER_NAMES:
            wrong["mix"] = f"I don't understand “{said[:60]}”. {MIX_HINT}"
            return {}
        tier = Tier(match["tier"].lower())
        before = found.get(tier, Between())
        wish = _between(match)
        found[tier] = Between(
            least=max(before.least, wish.least),
            most=min((one for one in (before.most, wish.most) if one is not None), default=None),
        )
        most = found[tier].most
        if most is not None and most < found[tier].least:
            wrong["mix"] = f"That asks for at least {found[tier].least} {tier} and at most {most}."
    return found


def _between(match: re.Match[str]) -> Between:
    if match["how"] is None:
        return Between(least=int(match["low"]), most=int(match["high"]))
    how, count = match["how"].lower(), int(match["count"])
    return Between(
        least=0 if how in _MOST else count,
        most=None if how in _LEAST else count,
    )
