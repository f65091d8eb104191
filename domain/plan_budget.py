"""What is left of a brief's budget once those who agreed are paid."""

from collections.abc import Sequence
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from domain.creator import Money
from domain.money import format_money, sums
from domain.plan_cost import in_currency
from domain.preferences import Preferences
from domain.wording import counted, listed


class Rest(BaseModel):
    """What may still be spent. left: None = nothing. said: how that comes, "" = nobody agreed."""

    model_config = ConfigDict(frozen=True)

    left: Money | None
    said: str = ""


def rest_of(budget: Money, agreed: Sequence[Sequence[Money]], wishes: Preferences) -> Rest:
    """What is left of a budget.

    agreed: of each partnership from the agreement on, what it costs. Amounts without a dated rate
    to the budget's currency are named and not subtracted.
    """
    if not agreed:
        return Rest(left=budget)
    spent, apart = Decimal(0), []
    for total in sums(money for costs in agreed for money in costs):
        here = in_currency(total, budget.currency, wishes)
        if here is None:
            apart.append(format_money(total))
        else:
            spent += here[0].amount
    left = _money(budget.amount - spent, budget) if spent < budget.amount else None
    said = [_sentence(budget, spent, left, len(agreed))]
    if apart:
        said.append(f"Not subtracted, for no rate is set: {listed(apart)}.")
    unknown = sum(not any(money.amount > 0 for money in costs) for costs in agreed)
    if unknown:
        said.append(f"What {counted(unknown, 'of them costs', 'of them cost')} is not known.")
    return Rest(left=left, said=" ".join(said))


def _sentence(budget: Money, spent: Decimal, left: Money | None, partners: int) -> str:
    whom = counted(partners, "creator")
    if spent <= 0:
        return f"Nothing is subtracted from the budget, though {whom} agreed already."
    rest = f"{format_money(left)} is left" if left else "nothing is left"
    used = f"{format_money(_money(spent, budget))} of the budget of {format_money(budget)}"
    return f"{used} is agreed with {whom}: {rest}."


def _money(amount: Decimal, like: Money) -> Money:
    return Money(amount=amount, currency=like.currency)
