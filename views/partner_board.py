"""The board of partnerships: by stage, with owner, cost, next step and what is overdue."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.partnership import BEFORE_LIVE, TALKS, Stage
from domain.wording import counted
from views import elements
from views.elements import escape
from views.message import Blocks, Message
from views.partners import PartnershipLine, short


class ListView(BaseModel):
    """A page of the board. counts: partnerships by stage; filters: in words, "" for none.

    names: of stages, where one brand is shown that calls them otherwise. asked: what the page was
    asked with, comes back with the buttons; earlier, later: offsets of the pages around it, None
    where there is none. note: what has just been done.
    """

    model_config = ConfigDict(frozen=True)

    lines: tuple[PartnershipLine, ...]
    counts: Mapping[Stage, int]
    filters: str = ""
    names: Mapping[Stage, str] = {}
    asked: dict[str, Any] = {}
    earlier: int | None = None
    later: int | None = None
    note: str = ""


def listing(view: ListView) -> Message:
    """Partnerships by stage, each with owner, cost, results and what is next."""
    total = sum(view.counts.values())
    heading = f"{counted(total, 'partnership')}{f' · {view.filters}' if view.filters else ''}"
    stages = " · ".join(f"{count:,} {_name(view, stage)}" for stage, count in view.counts.items())
    blocks: Blocks = [elements.header(heading)]
    if view.note:
        blocks.append(elements.section(view.note))
    if not total:
        blocks.append(elements.section(_nothing(view.filters)))
        return Message(text=f"{escape(heading)}. {_nothing(view.filters)}", blocks=blocks)
    blocks.append(elements.context(stages))
    stage: Stage | None = None
    for line in view.lines:
        if line.stage != stage:
            stage = line.stage
            blocks += [elements.divider(), elements.section(f"*{_capital(_name(view, stage))}*")]
        blocks += [
            elements.section(_line(line, view), accessory=_details(line)),
            _buttons(line, view),
        ]
    turn = _turning(view)
    if turn:
        blocks.append(elements.actions(*turn))
    plain = "\n".join(short(line).replace("*", "") for line in view.lines)
    note = f"{view.note}\n" if view.note else ""
    return Message(text=f"{note}{escape(heading)} ({stages})\n{plain}", blocks=blocks)


def board_state(block_id: str) -> dict[str, Any]:
    """What the board that a button stands on was asked with."""
    try:
        kept = json.loads(block_id.partition(":")[2])
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def _line(line: PartnershipLine, view: ListView) -> str:
    """With the brand's own name of the stage, where the heading has another."""
    own = line.stage_name
    differs = own and own != view.names.get(line.stage, line.stage)
    return f"{short(line)}{f' · {escape(own, 40)}' if differs else ''}"


def _name(view: ListView, stage: Stage) -> str:
    return escape(view.names.get(stage, stage), 40)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _buttons(line: PartnershipLine, view: ListView) -> dict[str, Any]:
    handle, number = elements.clean(line.handle, 40), str(line.id)
    move = elements.select(
        f"partner_move:{number}",
        [(stage.value, _capital(line.names.get(stage, stage))) for stage in line.offered],
        placeholder="Move to …",
        confirm=elements.confirm("Not disclosed", line.asks_to_move, "Move")
        if line.asks_to_move
        else None,
    )
    return elements.actions(
        *([move] if line.offered else []),
        *_write(line, handle),
        *_draft(line, handle),
        elements.button("Change", f"partner_change:{number}", number,
                        label=f"Change stage, posts, cost and owner of {handle}"),
        elements.button("Terms", f"partner_terms:{number}", number,
                        label=f"Deliverables, rights and dates of {handle}"),
        elements.button("Codes & links", f"codes:{number}", number,
                        label=f"Promo codes and tracking links of {handle}"),
        elements.button("Log", f"log:{number}", number, label=f"Log what came of {handle}"),
        block_id=f"{number}:{json.dumps(view.asked, separators=(',', ':'))}",
    )  # fmt: skip


def _details(line: PartnershipLine) -> Any:
    number, handle = str(line.id), elements.clean(line.handle, 40)
    return elements.button(
        "Details", f"partner_details:{number}", number, label=f"Details of {handle}"
    )


def _write(line: PartnershipLine, handle: str) -> list[Any]:
    """While it is still about talking to them."""
    if line.stage not in TALKS:
        return []
    number = str(line.id)
    return [elements.button("Write", f"outreach:{number}", number, label=f"Write to {handle}")]


def _draft(line: PartnershipLine, handle: str) -> list[Any]:
    """While something is to be made."""
    if line.stage not in BEFORE_LIVE:
        return []
    number = str(line.id)
    label = f"Put a draft of {handle} before the approvers"
    return [elements.button("Draft", f"draft_new:{number}", number, label=label)]


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
