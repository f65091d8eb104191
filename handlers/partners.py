"""`/influencer partners`: the board of partnerships by stage."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from domain.brief import Found, find_brief
from domain.partners_filter import ME, PartnersFilter, read_filter
from domain.partnership import Stage
from domain.stage_plan import StagePlan, stage_plan
from handlers import access
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.partnership_lines import line_of, today_of
from handlers.payloads import Action, Command
from storage import brands, outbox, overviews, partnerships, people, restrictions
from storage.models import Partnership, Person
from storage.partnerships import Asked
from storage.transaction import Transaction
from views import partner_board as view
from views.elements import escape
from views.message import Message
from views.partners import PartnershipLine

ON_A_PAGE = 10
GONE = "This partnership is no longer there, or it belongs to a brand that is limited to others."


def list_partners(command: Command, context: Context) -> Answer:
    """List partnerships, all or those asked for."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        asked = _resolve(tx, person, read_filter(command.text))
        return Answer(message=_page(tx, person, asked))


def turn_page(action: Action, context: Context) -> None:
    """Show another page in place of this one."""
    asked = _kept(action.value)
    with context.writing() as tx:
        person = access.require_member(tx, context)
        message = {"replace_original": True, **_page(tx, person, asked).payload()}
        outbox.respond(tx, f"{tx.delivery}:page", action.response_url, message)


def redraw(
    tx: Transaction, person: Person, url: str, asked: dict[str, Any], note: str = ""
) -> None:
    """Show the board anew in place of the one that stands there. note: what was done, mrkdwn."""
    if url:
        message = {"replace_original": True, **_page(tx, person, asked, note).payload()}
        outbox.respond(tx, f"{tx.delivery}:board", url, message)


def line(tx: Transaction, person: Person, row: Partnership) -> PartnershipLine:
    """A partnership as it stands."""
    return line_of(overviews.overviews(tx, [row])[0], today_of(tx, person))


def moved(known: PartnershipLine, before: Stage, to: Stage) -> str:
    """What is said of a move, in mrkdwn. known: as it stood before."""
    plan = StagePlan(names=known.names)
    who = f"*{escape(known.handle, 60)}*"
    if before == to:
        return f"{who} is {escape(plan.name(to), 40)} already."
    return f"✅ {who}: {escape(plan.name(before), 40)} → {escape(plan.name(to), 40)}"


def visible(tx: Transaction, person: Person, value: str) -> Partnership:
    """The partnership with this number, which this person may see.

    Raises:
        Refused: there is none, or it is of a brand limited to others.
    """
    number = int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else 0
    found = partnerships.get(tx, number, access.hidden_brands(tx, person))
    if found is None:
        raise Refused(GONE)
    return found


def _resolve(tx: Transaction, person: Person, wanted: PartnersFilter) -> dict[str, Any]:
    """What was asked for, by row numbers, as a button keeps it."""
    if wanted.strange:
        raise Refused(
            f"I don't know “{escape(wanted.strange, 40)}”. Try `owner:me`, `brand:` with a "
            "brand's name, `overdue`, or a stage such as `live`."
        )
    asked: dict[str, Any] = {}
    if wanted.stage is not None:
        asked["stage"] = wanted.stage.value
    if wanted.owner:
        owner = person if wanted.owner == ME else people.find(tx, wanted.owner)
        asked["owner"] = owner.id if owner else 0
    if wanted.overdue:
        asked["overdue"] = True
    if wanted.brand:
        asked["brand"] = _brand(tx, person, wanted.brand)
    return asked


def _brand(tx: Transaction, person: Person, name: str) -> int:
    known = brands.visible(tx, access.hidden_brands(tx, person))
    names = {brand.id: brand.name for brand in known if brand.id is not None}
    match = find_brief(names, name)
    if match.found == Found.ONE:
        return match.brief_ids[0]
    near = ", ".join(escape(names[number], 40) for number in match.brief_ids)
    if match.found == Found.SEVERAL:
        raise Refused(f"“{escape(name, 40)}” may be any of these brands: {near}.")
    hint = f" I know {near}." if near else ""
    raise Refused(f"No brand is called “{escape(name, 40)}”.{hint}")


def _page(tx: Transaction, person: Person, asked: dict[str, Any], note: str = "") -> Message:
    today = today_of(tx, person)
    wanted = Asked(
        hidden=access.hidden_brands(tx, person),
        owner_id=asked.get("owner"),
        brand_id=asked.get("brand"),
        stage=Stage(asked["stage"]) if asked.get("stage") else None,
        overdue_on=today if asked.get("overdue") else None,
    )
    counts = partnerships.count_by_stage(tx, wanted)
    last = max(0, sum(counts.values()) - 1) // ON_A_PAGE * ON_A_PAGE
    offset = min(int(asked.get("offset", 0)), last)
    rows = partnerships.page(tx, wanted, offset, ON_A_PAGE)
    beyond = offset + ON_A_PAGE
    return view.listing(
        view.ListView(
            lines=_with_cautions(tx, rows, today),
            counts=counts,
            filters=_in_words(tx, asked),
            names=_plan(tx, asked).names,
            asked={**asked, "offset": offset} if offset else _without_offset(asked),
            note=note,
            earlier=max(0, offset - ON_A_PAGE) if offset else None,
            later=beyond if beyond < sum(counts.values()) else None,
        )
    )


def _with_cautions(
    tx: Transaction, rows: Sequence[Partnership], today: dt.date
) -> tuple[PartnershipLine, ...]:
    """Partnerships as they stand, with who is not to be written to."""
    held = restrictions.in_force(tx, [row.creator_id for row in rows], today)
    return tuple(
        line_of(one, today).model_copy(
            update={"cautions": tuple(each.words for each in held.get(one.row.creator_id, ()))}
        )
        for one in overviews.overviews(tx, rows)
    )


def _in_words(tx: Transaction, asked: dict[str, Any]) -> str:
    said = ["overdue"] if asked.get("overdue") else []
    if asked.get("stage"):
        said.append(_plan(tx, asked).name(Stage(asked["stage"])))
    if "owner" in asked:
        owner = people.by_ids(tx, {asked["owner"]}).get(asked["owner"])
        said.append(f"owner {owner.name or 'you'}" if owner else "owner unknown")
    brand = brands.get(tx, asked["brand"]) if asked.get("brand") else None
    return ", ".join([*said, *([brand.name] if brand else [])])


def _plan(tx: Transaction, asked: dict[str, Any]) -> StagePlan:
    """How the brand that is asked for names its stages."""
    brand = brands.get(tx, asked["brand"]) if asked.get("brand") else None
    return stage_plan(brand.stages if brand else None)


def _without_offset(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if name != "offset"}


def _kept(value: str) -> dict[str, Any]:
    try:
        kept = json.loads(value)
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


FEATURE = Feature(
    commands={"partners": list_partners},
    actions={"partners_page": turn_page},
)
