"""Partnerships: the list by stage, one in full, and how each is summed up."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.creator import Money
from domain.goal import Metric
from domain.key_figures import KeyFigure
from domain.money import format_money
from domain.partnership import Costs, Stage
from domain.post_link import shown
from domain.results import Totals
from domain.wording import compact, counted
from views import elements
from views.elements import escape, moment
from views.message import Blocks, Message

_COSTS = {
    "fee": "fee",
    "product_value": "product",
    "shipping": "shipping",
    "paid_boost": "paid boost",
    "other": "other",
}


class PostLine(BaseModel):
    """A published post with its totals to date. as_of: None = no figures yet."""

    model_config = ConfigDict(frozen=True)

    url: str
    totals: Totals = Totals()
    as_of: dt.date | None = None


class PartnershipLine(BaseModel):
    """A partnership as it is shown. Names are plain text as people wrote them.

    totals: to date, over all posts. next_step: "" when nothing is to be done.
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


class Move(BaseModel):
    """A move to a stage: when and by whom."""

    model_config = ConfigDict(frozen=True)

    to: Stage
    at: dt.datetime
    by: str = ""


class ListView(BaseModel):
    """A page of the list. counts: partnerships by stage; filters: in words, "" for none.

    asked: what the page was asked with, comes back with the buttons; earlier, later: offsets of
    the pages around it, None where there is none.
    """

    model_config = ConfigDict(frozen=True)

    lines: tuple[PartnershipLine, ...]
    counts: Mapping[Stage, int]
    filters: str = ""
    asked: dict[str, Any] = {}
    earlier: int | None = None
    later: int | None = None


def listing(view: ListView) -> Message:
    """Partnerships by stage, each with owner, cost, results and what is next."""
    total = sum(view.counts.values())
    heading = f"{counted(total, 'partnership')}{f' · {view.filters}' if view.filters else ''}"
    stages = " · ".join(f"{count:,} {stage}" for stage, count in view.counts.items())
    blocks: Blocks = [elements.header(heading)]
    if not total:
        blocks.append(elements.section(_nothing(view.filters)))
        return Message(text=f"{escape(heading)}. {_nothing(view.filters)}", blocks=blocks)
    blocks.append(elements.context(stages))
    stage: Stage | None = None
    for line in view.lines:
        if line.stage != stage:
            stage = line.stage
            blocks += [elements.divider(), elements.section(f"*{stage.capitalize()}*")]
        blocks += [elements.section(short(line)), _buttons(line)]
    turn = _turning(view)
    if turn:
        blocks.append(elements.actions(*turn))
    plain = "\n".join(short(line).replace("*", "") for line in view.lines)
    return Message(text=f"{escape(heading)} ({stages})\n{plain}", blocks=blocks)


def short(line: PartnershipLine) -> str:
    """A partnership in two lines of mrkdwn."""
    who = [f"*{escape(line.handle, 60)}*", escape(line.brief or "no brief", 60)]
    if line.brand:
        who.append(escape(line.brand, 40))
    who.append(f"owner {escape(line.owner, 40)}" if line.owner else "no owner")
    facts = [_cost(line.costs), _results(line)]
    if line.next_step:
        facts.append(f"next: {line.next_step}")
    return f"{' · '.join(who)}\n{' · '.join(facts)}"


def summary(line: PartnershipLine) -> str:
    """A partnership with its cost, results and key figures, in mrkdwn."""
    owner = f"owner {escape(line.owner, 40)}" if line.owner else "no owner"
    brand = [escape(line.brand, 40)] if line.brand else []
    said = [
        " · ".join([f"*{escape(line.brief or 'No brief', 80)}*", *brand, f"{line.stage}", owner]),
        f"*Cost:* {_cost_parts(line.costs)}",
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
    return "\n".join(said)


def details(
    line: PartnershipLine, moves: Sequence[Move], metadata: dict[str, Any]
) -> dict[str, Any]:
    """One partnership in full, for the person who asked."""
    name = escape(line.name, 80)
    who = f"*{name}* {escape(line.handle, 60)}" if name else f"*{escape(line.handle, 60)}*"
    blocks: Blocks = [
        elements.section(f"{who}{f' · {line.platform}' if line.platform else ''}"),
        elements.section(summary(line)),
    ]
    if line.deliverables:
        blocks.append(elements.section(f"*Deliverables*\n{escape(line.deliverables, 1_000)}"))
    if line.posts:
        posts = "\n".join(_post(post) for post in line.posts)
        blocks.append(elements.section(f"*Posts*\n{posts}"))
    if moves:
        said = "\n".join(_move(move) for move in moves[-10:])
        blocks.append(elements.section(f"*Stages*\n{said}"))
    return elements.modal(
        line.handle,
        "partner_log",
        blocks,
        submit="Log",
        close="Close",
        private_metadata=json.dumps(metadata),
    )


def brought(totals: Totals, *, in_full: bool = True) -> str:
    """Totals in words: "12,000 views, 1,230 likes, €900.00 revenue"; "" when none is known."""
    said = [
        _counted(metric, total, in_full=in_full)
        for metric in Metric
        if (total := totals.of(metric)) is not None
    ]
    if totals.revenue is not None:
        said.append(f"{format_money(totals.revenue)} revenue")
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


def _post(post: PostLine) -> str:
    link = f"<{_linkable(post.url)}|{escape(post_name(post.url, 60))}>"
    if post.as_of is None:
        return f"{link}: no figures yet"
    return f"{link}: {brought(post.totals)} (to {elements.day(post.as_of)})"


def _linkable(url: str) -> str:
    """A link that can't break out of Slack's own marks."""
    coded = {"<": "%3C", ">": "%3E", "|": "%7C", "&": "&amp;"}
    return "".join(coded.get(letter, letter) for letter in url)


def _move(move: Move) -> str:
    by = f" by {escape(move.by, 40)}" if move.by else ""
    return f"{moment(move.at, '{date_short_pretty}')}: {move.to}{by}"


def _buttons(line: PartnershipLine) -> dict[str, Any]:
    handle, number = elements.clean(line.handle, 40), str(line.id)
    return elements.actions(
        elements.button(f"Log {handle}", f"log:{number}", number),
        elements.button(f"Details of {handle}", f"partner_details:{number}", number),
    )


def _turning(view: ListView) -> list[Any]:
    def turn(words: str, offset: int) -> Any:
        value = json.dumps({**view.asked, "offset": offset})
        return elements.button(words, f"partners_page:{offset}", value)

    back = [turn("Back", view.earlier)] if view.earlier is not None else []
    more = [turn("More partnerships", view.later)] if view.later is not None else []
    return [*back, *more]


def _nothing(filters: str) -> str:
    if filters:
        return "None. `/influencer partners` lists all of them."
    return (
        "None yet. Creators that a shortlist approves appear here; "
        "`/influencer log @anna` begins one without a shortlist."
    )
