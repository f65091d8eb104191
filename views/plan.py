"""A plan: the form that asks for it, and the set of creators that was worked out."""

from collections.abc import Collection, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.creator import Money, Platform
from domain.forecast_words import range_words, rounded
from domain.money import format_money
from domain.plan import MORE, Aim
from domain.plan_form import MIX_HINT, MOST_CREATORS, USUAL, Among, PlanAsk
from domain.plan_found import Change, Found, Left, Pick
from domain.wording import PLATFORM_NAMES, counted, cut_mrkdwn, listed
from views import elements
from views.elements import escape
from views.message import Blocks, Message

FAILED = "The plan could not be worked out. Please ask for it again: `/influencer plan`."
TEXT_LIMIT = 12_000
_AIMS = (
    (Aim.ENGAGEMENTS, "Engagements"),
    (Aim.CONVERSIONS, "Conversions"),
    (Aim.VIEWS, "Views"),
)
_AMONG = (
    (Among.ALL, "All who match the brief"),
    (Among.SHORTLISTED, "Those on its shortlists, not rejected"),
    (Among.APPROVED, "Those who are approved"),
)


class PlanView(BaseModel):
    """What was planned for. looked_at: profiles of `matched`; possible: who could be chosen."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    brief: str
    ask: PlanAsk
    looked_at: int
    matched: int
    possible: int
    left: Left
    left_out: tuple[str, ...] = ()


def choose(asked: str, choices: Sequence[tuple[str, str]]) -> Message:
    """Which brief is meant. choices: (number, name)."""
    name = escape(asked, 60)
    lead = f"Which brief do you mean by “{name}”?" if asked.strip() else "Plan for which brief?"
    buttons = [
        elements.button(text, f"plan_choose:{place}", value)
        for place, (value, text) in enumerate(choices)
    ]
    return Message(text=lead, blocks=[elements.section(lead), elements.actions(*buttons)])


def form(
    metadata: str,
    brief: str,
    *,
    aim: Aim,
    budget: Money | None,
    rest: str = "",
    deliverables: str,
    platforms: Collection[Platform],
) -> dict[str, Any]:
    """What is to be planned, filled in from the brief. rest: how its budget comes, "" = whole."""
    return elements.modal(
        "Plan",
        "plan",
        [
            elements.section(
                f"*{escape(brief, 80)}:* I look for the set of creators that is expected to bring "
                "the most for the budget. It comes to you as a private message."
            ),
            elements.choice_field("aim", "As many as possible", _options(_AIMS), initial=aim),
            elements.text_field(
                "budget", "Budget", initial=format_money(budget) if budget else "",
                placeholder="€5,000", longest=40, hint=rest or None,
            ),
            elements.text_field(
                "deliverables", "Each creator makes", initial=deliverables, optional=True,
                hint="For example: 2 Reels and 1 story. Empty: one post.", longest=300,
            ),
            elements.number_field(
                "most", "At most so many creators", initial=str(USUAL),
                hint=f"Up to {MOST_CREATORS}, as many as a shortlist takes at once.",
            ),
            elements.text_field(
                "mix", "Mix of sizes", optional=True, hint=MIX_HINT, longest=200
            ),
            elements.number_field("per_niche", "At most so many of one niche", optional=True),
            elements.choices_field(
                "platforms", "Platforms",
                [(one.value, PLATFORM_NAMES[one]) for one in Platform],
                initial=[one.value for one in platforms], optional=True, hint="Empty: any.",
            ),
            elements.radio_field("among", "Choose from", _options(_AMONG), initial=Among.ALL),
        ],
        submit="Plan",
        private_metadata=metadata,
    )  # fmt: skip


def message(shown: PlanView, found: Found, value: str) -> Message:
    """The best set, the second best, what more money buys, and what is unknown."""
    aim = shown.ask.aim.value
    lead = (
        f"*{escape(shown.brief, 80)}: {counted(len(found.picks), 'creator')} for "
        f"{format_money(found.cost)} of {format_money(shown.ask.budget)}*\n"
        f"Expected {range_words(found.total)} {aim}, {rounded(found.total.middle)} in the middle. "
        "Eight in ten such intervals should hold."
    )
    lines = [_pick(one, aim) for one in found.picks]
    others = [_other(shown, found), _more(shown, found)]
    unknown = [_exact(found), *_unknown(shown, found)]
    blocks: Blocks = [
        elements.section(lead),
        *elements.sections(lines),
        *(elements.section(one) for one in others),
        elements.actions(
            elements.button("Shortlist these", "shortlist:plan", value, style="primary")
        ),
        *(elements.context(cut_mrkdwn(one, elements.CONTEXT_LIMIT)) for one in unknown),
    ]
    text = "\n".join([lead, *lines, *others, *unknown])
    return Message(text=cut_mrkdwn(text, TEXT_LIMIT), blocks=blocks)


def nobody(shown: PlanView) -> Message:
    """Nobody can be chosen: why, and what would help."""
    lead = f"*{escape(shown.brief, 80)}:* there is nobody to plan with."
    if not shown.looked_at:
        among = {
            Among.ALL: "Nobody in your list matches the brief",
            Among.SHORTLISTED: "Nobody is on a shortlist of this brief",
            Among.APPROVED: "Nobody is approved for this brief yet",
        }[shown.ask.among]
        return _said([lead, f"{among}."])
    return _said([lead, *_not_chosen(shown), _what_helps(shown)])


def infeasible(shown: PlanView, in_the_way: Sequence[str], cheapest: Pick) -> Message:
    """No set meets all wishes: which one stands in the way."""
    lead = f"*{escape(shown.brief, 80)}:* no set of creators meets all that you asked for."
    possible = (
        f"{counted(shown.possible, 'creator')} could be chosen; the cheapest is "
        f"{escape(cheapest.name, 60)} for {format_money(cheapest.cost.amount)} "
        f"({escape(cheapest.cost.said, 120)})."
    )
    if len(in_the_way) == 1:
        why = f"What stands in the way: {in_the_way[0]}. Without that there would be a plan."
    elif in_the_way:
        why = f"Giving up any one of these would do: {'; '.join(in_the_way)}."
    else:
        why = "Several of your wishes stand in the way together; loosen two of them at least."
    return _said([lead, why, possible, *_not_chosen(shown)])


def unsolved(shown: PlanView) -> Message:
    """The time was over."""
    lead = f"*{escape(shown.brief, 80)}:* no plan was found in time"
    return _said([f"{lead}. Fewer wishes, or a shortlist to choose from, make it easier."])


def _pick(one: Pick, aim: str) -> str:
    facts = [*one.tiers[-1:], *([one.niche] if one.niche else [])]
    about = f" ({escape(', '.join(facts), 80)})" if facts else ""
    why = f"; expected {escape(one.rests_on, 200)}" if one.rests_on else ""
    return (
        f"• *{escape(one.name, 60)}*{about}: {range_words(one.expected)} {aim} for "
        f"{format_money(one.cost.amount)}, {escape(one.cost.said, 160)}{why}"
    )


def _other(shown: PlanView, found: Found) -> str:
    other = found.other
    if "other" in found.untold:
        return "*Second best:* not found in time."
    if other is None:
        return "*Second best:* there is no other set that meets all you asked for."
    return f"*Second best:* {_differs(other)}. {_brings(shown, other)}, {_costs(other)}."


def _more(shown: PlanView, found: Found) -> str:
    more = found.more
    extra = shown.ask.budget.amount * MORE / 100
    money = format_money(Money(amount=extra, currency=shown.ask.budget.currency))
    if "more" in found.untold:
        return f"*{MORE} % more budget* ({money}): what it would buy was not found in time."
    if more is None:
        return f"*{MORE} % more budget* ({money}) would buy nothing better."
    return f"*{MORE} % more budget* ({money}): {_differs(more)}. {_brings(shown, more)}."


def _differs(change: Change) -> str:
    joins, leaves = (
        listed([escape(one.name, 60) for one in some]) for some in (change.joins, change.leaves)
    )
    if joins and leaves:
        return f"{joins} instead of {leaves}"
    return f"{joins} as well" if joins else f"without {leaves}"


def _brings(shown: PlanView, change: Change) -> str:
    way = "more" if change.by >= 0 else "fewer"
    share = abs(change.share) * 100
    percent = f"{share:.1f} %" if share >= 0.1 else "less than 0.1 %"
    return f"About {rounded(abs(change.by))} {way} {shown.ask.aim.value} ({percent})"


def _costs(change: Change) -> str:
    if change.cost.amount == 0:
        return "for the same cost"
    way = "more" if change.cost.amount > 0 else "less"
    money = Money(amount=abs(change.cost.amount), currency=change.cost.currency)
    return f"for {format_money(money)} {way}"


def _exact(found: Found) -> str:
    how = "Sets are compared by the middle of what each creator is expected to bring."
    if found.gap <= 0:
        return f"No set that meets your wishes is expected to bring more. {how}"
    percent = f"{found.gap * 100:.1f} %"
    return f"The time was over: another set may bring up to {percent} more. {how}"


def _unknown(shown: PlanView, found: Found) -> list[str]:
    said = []
    rough = found.indicative
    if rough:
        names = listed([escape(one.name, 60) for one in rough])
        said.append(f"Ask for the fee of {names} first: what is shown is not theirs.")
    if shown.left_out:
        said.append(f"Not in it: {escape(', '.join(shown.left_out), 300)}.")
    if shown.matched > shown.looked_at:
        said.append(f"Of {shown.matched:,} who match, the best {shown.looked_at:,} by fit.")
    return [*said, *_not_chosen(shown)]


def _not_chosen(shown: PlanView) -> list[str]:
    """How many could not be chosen, by reason, with some names."""
    if not shown.left.counts:
        return []
    parts = []
    for reason, count in sorted(shown.left.counts.items(), key=lambda one: -one[1]):
        names = ", ".join(escape(one, 60) for one in shown.left.names[reason])
        more = ", …" if count > len(shown.left.names[reason]) else ""
        parts.append(f"{count:,} × {escape(reason, 160)} ({names}{more})")
    return [f"Could not be chosen: {'; '.join(parts)}."]


def _what_helps(shown: PlanView) -> str:
    if shown.ask.aim is Aim.CONVERSIONS:
        return (
            "Conversions are forecast from three partnerships with conversions on; until then "
            "plan for engagements."
        )
    return "Recent posts or average figures make forecasts; fees are typed in *Log* or imported."


def _said(lines: Sequence[str]) -> Message:
    return Message(
        text="\n".join(lines), blocks=[elements.section(cut_mrkdwn("\n".join(lines), 3_000))]
    )


def _options(offered: Sequence[tuple[Any, str]]) -> list[tuple[str, str]]:
    return [(str(value), text) for value, text in offered]
