"""What one partnership's results cost: key figures with their definitions."""

from pydantic import BaseModel, ConfigDict

from domain.creator import Money
from domain.goal import Goal
from domain.kpi import (
    Kpi,
    cost_per_conversion,
    cost_per_engagement,
    cost_per_thousand_impressions,
    cost_per_view,
    return_on_spend,
)
from domain.partnership import Costs
from domain.results import Totals
from domain.wording import listed


class KeyFigure(BaseModel):
    """A key figure as it is shown: its short name, how it is computed, and its value."""

    model_config = ConfigDict(frozen=True)

    name: str
    definition: str
    kpi: Kpi


def key_figures(costs: Costs, totals: Totals, goal: Goal | None = None) -> tuple[KeyFigure, ...]:
    """CPE, CPA and ROAS, for awareness CPM and CPV before them; or why there is none.

    Costs in several currencies don't add up: then no figure is given.
    """
    paid = costs.totals
    if len(paid) > 1:
        reason = f"costs in {listed([money.currency for money in paid])} don't add up"
        return tuple(
            KeyFigure(name=name, definition=said, kpi=Kpi(missing=reason))
            for name, said in _DEFINITIONS.items()
            if name in _WITHOUT_AWARENESS or goal == Goal.AWARENESS
        )
    cost = paid[0] if paid else None
    found = _awareness(cost, totals) if goal == Goal.AWARENESS else {}
    found |= {
        "CPE": cost_per_engagement(cost, totals.engagements),
        "CPA": cost_per_conversion(cost, totals.conversions),
        "ROAS": return_on_spend(totals.revenue, cost),
    }
    return tuple(
        KeyFigure(name=name, definition=_DEFINITIONS[name], kpi=kpi) for name, kpi in found.items()
    )


_DEFINITIONS = {
    "CPM": "cost ÷ impressions × 1,000",
    "CPV": "cost ÷ views",
    "CPE": "cost ÷ likes, comments, shares and saves",
    "CPA": "cost ÷ conversions",
    "ROAS": "revenue ÷ cost",
}
_WITHOUT_AWARENESS = ("CPE", "CPA", "ROAS")


def _awareness(cost: Money | None, totals: Totals) -> dict[str, Kpi]:
    return {
        "CPM": cost_per_thousand_impressions(cost, totals.impressions),
        "CPV": cost_per_view(cost, totals.views),
    }
