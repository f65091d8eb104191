"""A partnership in a few lines, and all that views of partnerships show of one."""

import datetime as dt
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from domain.agreement import Due, Owed, Terms
from domain.creator import Money
from domain.disclosure import Verdict
from domain.goal import Metric
from domain.key_figures import KeyFigure
from domain.money import format_money
from domain.partnership import Costs, Stage
from domain.post_link import shown
from domain.post_reading import Absence
from domain.results import Totals
from domain.wording import compact, counted
from views import elements
from views.elements import escape

_ABSENT = {
    Absence.GONE.value: "no longer there: last figures kept",
    Absence.PRIVATE.value: "private: last figures kept",
    Absence.CLOSED.value: "not shown to bots: figures are asked for",
}
_COSTS = {
    "fee": "fee",
    "product_value": "product",
    "shipping": "shipping",
    "paid_boost": "paid boost",
    "other": "other",
}


class PostLine(BaseModel):
    """A published post with its totals to date. as_of: None = no figures yet.

    disclosure: a `domain.disclosure.Verdict`, None = not checked; reason: a sentence on it.
    absent: a `domain.post_reading.Absence`, "" = it is there. lacks: what its brief asks for and it
    has not. fell_on: the last day on which a figure was lower than before.
    """

    model_config = ConfigDict(frozen=True)

    url: str
    totals: Totals = Totals()
    as_of: dt.date | None = None
    disclosure: str | None = None
    reason: str = ""
    absent: str = ""
    absent_since: dt.date | None = None
    lacks: str = ""
    fell_on: dt.date | None = None


class PartnershipLine(BaseModel):
    """A partnership as it is shown. Names are plain text as people wrote them.

    totals: to date, over all posts. next_step: "" when nothing is to be done. stage_name, names:
    as the brand calls the stages, where it calls them otherwise. offered: stages it may move to.
    owed: row numbers with the deliverables of the terms. due: what is overdue, due or ending.
    cautions: that nobody may write to them, and why; plain text. expected: the newest forecast.
    disclosed: "1 of 2 live posts disclosed", "" without posts. asks_to_move: a question before a
    stage is chosen, "" = none.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    creator_id: int
    handle: str
    stage: Stage
    name: str = ""
    platform: str = ""
    brief: str | None = None
    brand: str | None = None
    owner: str = ""
    deliverables: str = ""
    costs: Costs = Costs()
    posts: tuple[PostLine, ...] = ()
    totals: Totals = Totals()
    results_as_of: dt.date | None = None
    rating: int | None = None
    note: str = ""
    next_step: str = ""
    key_figures: tuple[KeyFigure, ...] = ()
    stage_name: str = ""
    names: Mapping[Stage, str] = {}
    offered: tuple[Stage, ...] = ()
    terms: Terms = Terms()
    owed: tuple[tuple[int, Owed], ...] = ()
    due: tuple[Due, ...] = ()
    cautions: tuple[str, ...] = ()
    expected: str = ""
    disclosed: str = ""
    asks_to_move: str = ""

    @property
    def standing(self) -> str:
        """The stage as its brand calls it, in mrkdwn."""
        return escape(self.stage_name or self.stage, 40)


def short(line: PartnershipLine) -> str:
    """A partnership in two lines of mrkdwn."""
    who = [f"*{escape(line.handle, 60)}*", escape(line.brief or "no brief", 60)]
    if line.brand:
        who.append(escape(line.brand, 40))
    who.append(f"owner {escape(line.owner, 40)}" if line.owner else "no owner")
    facts = [_cost(line.costs), _results(line)]
    if line.expected and line.results_as_of is None:
        facts[1] = escape(line.expected, 160)
    if line.next_step:
        facts.append(f"next: {line.next_step}")
    dates = due_words(line.due, 3)
    warned = [f"⚠️ {escape(one, 240)}" for one in line.cautions]
    return "\n".join([" · ".join(who), " · ".join(facts), *([dates] if dates else []), *warned])


def due_words(due: Sequence[Due], most: int) -> str:
    """What is overdue and what comes, in mrkdwn: "⚠️ overdue: 2 Reels (14 November 2026)"; ""."""
    late = [_when(one) for one in due if one.overdue]
    soon = [_when(one) for one in due if not one.overdue]
    said = [
        f"{lead}: {'; '.join([*some[:most], *_rest(len(some) - most)])}"
        for lead, some in (("⚠️ overdue", late), ("coming up", soon))
        if some
    ]
    return " · ".join(said)


def _rest(more: int) -> list[str]:
    return [f"{more} more"] if more > 0 else []


def _when(one: Due) -> str:
    return f"{escape(one.what, 80)} ({elements.day(one.on)})"


def summary(line: PartnershipLine) -> str:
    """A partnership with its cost, results and key figures, in mrkdwn."""
    owner = f"owner {escape(line.owner, 40)}" if line.owner else "no owner"
    brand = [escape(line.brand, 40)] if line.brand else []
    said = [
        " · ".join([f"*{escape(line.brief or 'No brief', 80)}*", *brand, line.standing, owner]),
        f"*Cost:* {_cost_parts(line.costs)}",
        *([f"*Forecast:* {_forecast(line.expected)}"] if line.expected else []),
        f"*Results:* {_results(line, in_full=True)}",
    ]
    if line.rating or line.note:
        rating = f"{line.rating} of 5" if line.rating else ""
        note = f"“{escape(line.note, 300)}”" if line.note else ""
        said.append(f"*Audience feedback:* {', '.join(part for part in (rating, note) if part)}")
    if line.results_as_of is not None:
        said += [
            f"*{figure.name}:* {figure.kpi.describe()} ({figure.definition})"
            for figure in line.key_figures
        ]
    if line.next_step:
        said.append(f"*Next:* {line.next_step}")
    dates = due_words(line.due, 5)
    return "\n".join([*said, *([dates] if dates else [])])


def _forecast(expected: str) -> str:
    return escape(expected.removeprefix("expected ").removeprefix("no forecast: "), 200)


def brought(totals: Totals, *, in_full: bool = True) -> str:
    """Totals in words: "12,000 views, 1,230 likes, €900.00 revenue"; "" when none is known."""
    said = [
        _counted(metric, total, in_full=in_full)
        for metric in Metric
        if (total := totals.of(metric)) is not None
    ]
    if totals.revenue is not None:
        said.append(f"{format_money(totals.revenue)} revenue")
    if totals.accounts_reached is not None:
        said.append(f"{totals.accounts_reached:,} accounts reached")
    if totals.spend is not None:
        said.append(f"{format_money(totals.spend)} spent")
    return ", ".join(said)


def post_name(url: str, limit: int = 45) -> str:
    """A post as it is named in a list."""
    return elements.clean(shown(url, limit))


def money_list(amounts: Sequence[Money]) -> str:
    """Amounts one after the other: "€500.00 + US$20.00"."""
    return " + ".join(format_money(money) for money in amounts)


def _cost(costs: Costs) -> str:
    return money_list(costs.totals) or "no cost known"


def _cost_parts(costs: Costs) -> str:
    parts = [
        f"{words} {format_money(money)}"
        for field, words in _COSTS.items()
        if (money := getattr(costs, field)) is not None
    ]
    total = _cost(costs)
    if not parts or (len(parts) == 1 and costs.totals):
        return ", ".join(parts) or total
    return f"{total} ({', '.join(parts)})"


def _results(line: PartnershipLine, *, in_full: bool = False) -> str:
    if line.results_as_of is None:
        return "no results yet"
    if in_full:
        return f"{brought(line.totals)} (to {elements.day(line.results_as_of)})"
    said = []
    if line.totals.reach is not None:
        what = "impressions" if line.totals.impressions is not None else "views"
        said.append(f"{compact(line.totals.reach)} {what}")
    if line.totals.engagements is not None:
        said.append(f"{compact(line.totals.engagements)} engagements")
    if line.totals.conversions is not None:
        said.append(counted(line.totals.conversions, "conversion"))
    return ", ".join(said) or brought(line.totals)


def _counted(metric: Metric, total: int, *, in_full: bool) -> str:
    number = f"{total:,}" if in_full else compact(total)
    word = metric.value.removesuffix("s") if total == 1 else metric.value
    return f"{number} {word}"


def linked_post(url: str) -> str:
    """A link to a post under its own name, in mrkdwn."""
    return f"<{_linkable(url)}|{escape(post_name(url, 60))}>"


def post_words(post: PostLine) -> str:
    """A post with its totals to date and how it stands, in mrkdwn."""
    said = "no figures yet"
    if post.as_of is not None:
        said = f"{brought(post.totals)} (to {elements.day(post.as_of)})"
    return "\n".join([f"{linked_post(post.url)}: {said}", *_remarks(post)])


def _remarks(post: PostLine) -> list[str]:
    """What is to be known of a post beside its figures, a line each."""
    said = []
    if post.absent:
        since = f" since {elements.day(post.absent_since)}" if post.absent_since else ""
        said.append(f"⚠️ {_ABSENT.get(post.absent, post.absent)}{since}")
    if post.disclosure == Verdict.DISCLOSED:
        said.append("✅ disclosed as advertising")
    elif post.disclosure in (None, Verdict.UNKNOWN):
        said.append("not checked whether it is disclosed as advertising")
    else:
        said.append(f"⚠️ not disclosed as advertising: {escape(post.reason, 200)}")
    if post.lacks:
        said.append(f"⚠️ lacks {escape(post.lacks, 200)}")
    if post.fell_on:
        said.append(f"figures fell on {elements.day(post.fell_on)}: taken as a correction")
    return [f"  ◦ {line}" for line in said]


def _linkable(url: str) -> str:
    """A link that can't break out of Slack's own marks."""
    coded = {"<": "%3C", ">": "%3E", "|": "%7C", "&": "&amp;"}
    return "".join(coded.get(letter, letter) for letter in url)
