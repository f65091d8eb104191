"""`/influencer sales`: what shops told of, and codes that nobody knows, given to whose they are."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

from domain.attribution import Outcome
from domain.orders import mark_key
from handlers import access, codes, naming, partners
from handlers.answer import Answer, FieldErrors, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.partnership_lines import handle_label
from handlers.payloads import Action, Command, Submission
from storage import (
    creators,
    outbox,
    overviews,
    partnerships,
    preferences,
    promo_codes,
    sale_totals,
    sales,
    shops,
)
from storage.models import Partnership, Person
from storage.partnerships import Asked
from storage.sale_totals import Unknown
from storage.transaction import Transaction
from views import sales as view
from views.elements import escape
from views.message import Message

DAYS = 30
OFFERED = 100
"""So many choices fit a select."""
MOST_LOOKED_AT = 1_000


def show(command: Command, context: Context) -> Answer:
    """Show what was counted lately."""
    with context.reading() as tx:
        return Answer(message=overview(tx, access.require_member(tx, context)))


def overview(
    tx: Transaction, person: Person, note: str = "", but: tuple[str, str] = ("", "")
) -> Message:
    """What was counted lately, and codes that nobody knows.

    note: what was just done. but: kind and code that nobody need be asked about any more.
    """
    found = sale_totals.outcomes(
        tx, tx.now - dt.timedelta(days=DAYS), access.hidden_brands(tx, person)
    )
    unknown = [
        one
        for one in sale_totals.unknown(tx, MOST_LOOKED_AT)
        if (one.kind, mark_key(one.code)) != (but[0], mark_key(but[1]))
    ]
    return view.overview(
        view.SalesView(
            days=DAYS,
            by_code=found.get(f"{Outcome.ATTRIBUTED} by code", 0),
            by_link=found.get(f"{Outcome.ATTRIBUTED} by link", 0),
            unknown_orders=found.get(Outcome.UNKNOWN, 0),
            outside=found.get(Outcome.OUTSIDE, 0),
            set_aside=found.get(Outcome.NOBODYS, 0),
            not_paid=found.get(Outcome.NOT_PAID, 0),
            tests=found.get(Outcome.TEST, 0),
            shops=tuple(one.name for one in shops.everyone(tx)),
            unknown=tuple(_line(tx, one) for one in unknown[: view.LISTED]),
            unknown_codes=len(unknown),
            may_manage=access.is_manager(person),
            may_connect=access.is_owner(person),
            note=note,
        )
    )


def open_assign(action: Action, context: Context) -> None:
    """Ask whose a code is."""
    kind, _, code = action.value.partition(":")
    with context.reading() as tx:
        person = access.require_manager(tx, context)
        unknown = _find(tx, kind, code)
        if unknown is None:
            raise Refused("This code is known by now. `/influencer sales` shows what is left.")
        kept = {"kind": kind, "code": code, "url": action.response_url}
        form = view.assign(_line(tx, unknown), _choices(tx, person), json.dumps(kept))
    context.open_modal(action.trigger_id, form)


def assign(submission: Submission, context: Context) -> Answer:
    """Say whose a code is, and have its orders counted anew."""
    kept = json.loads(submission.metadata)
    with context.writing() as tx:
        sales.take_turn(tx)  # before the partnership is locked: counting locks it last
        person = access.require_manager(tx, context)
        row = _chosen(tx, person, submission)
        known = promo_codes.find(tx, kept["kind"], kept["code"])
        if known is not None and known.partnership_id is not None:
            raise FieldErrors({view.HANDLE: "Somebody said meanwhile whose this code is."})
        promo_codes.assign(tx, kept["kind"], kept["code"], row.id if row else None)
        codes.ask_to_recount(tx, kept["kind"], kept["code"])
        note = _done(tx, row, kept["code"])
        if kept.get("url"):
            payload = overview(tx, person, note, but=(kept["kind"], kept["code"])).payload()
            message = {"replace_original": True, **payload}
            outbox.respond(tx, f"{tx.delivery}:sales", str(kept["url"]), message)
        return context.settle(tx, Answer())


def _chosen(tx: Transaction, person: Person, submission: Submission) -> Partnership | None:
    """The partnership that was chosen; None = the code is no creator's.

    Raises:
        FieldErrors: nothing was chosen, or more than one thing, or it is not clear whose.
    """
    number, handle = submission.text(view.WHOSE), submission.text(view.HANDLE).strip()
    nobodys = bool(submission.chosen(view.NOBODYS))
    if [bool(number), bool(handle), nobodys].count(True) != 1:
        raise FieldErrors({view.HANDLE: "Please choose one of these three."})
    if nobodys:
        return None
    if number:
        return partners.visible(tx, person, number)
    meant = naming.meant(tx, handle)
    if not meant.is_clear:
        raise FieldErrors({view.HANDLE: f"I can't tell who “{handle[:60]}” is."})
    creator_id = creators.current_id(tx, meant.found[0].creator_id)
    rows = partnerships.of_creator(tx, creator_id, access.hidden_brands(tx, person))
    if not rows:
        raise FieldErrors(
            {view.HANDLE: "There is no partnership with them yet: /influencer log begins one."}
        )
    return partners.visible(tx, person, str(rows[0].id))


def _done(tx: Transaction, row: Partnership | None, code: str) -> str:
    shown = escape(code, 60).replace("`", "")
    if row is None:
        return f"✅ `{shown}` is set aside: it is no creator's."
    one = overviews.overviews(tx, [row])[0]
    who = escape(handle_label(one.handle, one.name), 60)
    brief = f" for {escape(one.brief, 60)}" if one.brief else ""
    return f"✅ `{shown}` is *{who}*'s{brief}. Its orders are being counted for them."


def _choices(tx: Transaction, person: Person) -> list[tuple[str, str]]:
    """Partnerships by how they are named: those that go on first."""
    rows = partnerships.page(tx, Asked(hidden=access.hidden_brands(tx, person)), 0, OFFERED)
    return [
        (str(one.id), f"{handle_label(one.handle, one.name)} · {one.brief or 'no brief'}")
        for one in overviews.overviews(tx, rows)
    ]


def _find(tx: Transaction, kind: str, code: str) -> Unknown | None:
    found = sale_totals.unknown(tx, key=mark_key(code))
    return next((one for one in found if one.kind == kind), None)


def _line(tx: Transaction, one: Unknown) -> view.UnknownLine:
    zone = ZoneInfo(preferences.current(tx).timezone)
    return view.UnknownLine(
        kind=one.kind,
        code=one.code,
        orders=one.orders,
        revenue=sale_totals.revenue_of(tx, one),
        day=one.last_at.astimezone(zone).date(),
    )


FEATURE = Feature(
    commands={"sales": show},
    actions={"sales_assign": open_assign},
    submissions={"sales_assign_form": assign},
)
