"""Promo codes and tracking links: made, changed and shown; the offer of a brief."""

import datetime as dt
import json
import secrets
from collections.abc import Collection
from typing import Any

from domain import promo_code, tracking_link
from domain.chosen_day import NotADay, chosen_day
from domain.orders import LONGEST_MARK
from domain.promo_code import LONGEST_OFFER, propose
from domain.tracking_link import untagged
from handlers import access, partners
from handlers.answer import Answer, FieldErrors, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.partnership_lines import handle_label
from handlers.payloads import Action, Submission
from storage import (
    briefs,
    issuing,
    jobs,
    partnerships,
    promo_codes,
    sale_totals,
    sales,
    tracking_links,
)
from storage.models import Partnership, PromoCode, TrackingLink
from storage.transaction import Transaction
from views import codes as view

NO_BRIEF = "This brief is no longer there."


def open_codes(action: Action, context: Context) -> None:
    """Open the codes and links of a partnership; over the modal that is open, if there is one."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        form = drawn(tx, context, partners.visible(tx, person, action.value))
    if action.view.get("type") == "modal":
        context.push_modal(action.trigger_id, form)
    else:
        context.open_modal(action.trigger_id, form)


def drawn(tx: Transaction, context: Context, row: Partnership) -> dict[str, Any]:
    """The modal of a partnership's codes and links."""
    return view.form(_view(tx, context, row))


def submit(submission: Submission, context: Context) -> Answer:
    """Store codes and links; what is wrong is said under its field."""
    kept = json.loads(submission.metadata or "{}")
    typed = _read(submission)
    with context.writing() as tx:
        sales.take_turn(tx)  # before the partnership is locked: counting locks it last
        person = access.require_member(tx, context)
        row = partners.visible(tx, person, str(kept.get("partnership", "")))
        hidden = access.hidden_brands(tx, person)
        _set_code(tx, row, typed["code"], typed["until"], str(kept.get("code", "")), hidden)
        if typed["target"]:
            _set_link(tx, row, typed["target"], person.id)
        _set_short(tx, row, typed["short"])
        return context.settle(tx, Answer(view=view.done(_view(tx, context, row))))


def recount(payload: dict[str, Any], context: Context) -> None:
    """Count all orders with a code anew (job `sales.recount`)."""
    after: int | None = 0
    while after is not None:
        with context.writing() as tx:
            after = sales.recount(tx, str(payload["kind"]), str(payload["code"]), after)


def ask_to_recount(tx: Transaction, kind: str, code: str) -> None:
    """Whose a code is has changed: have its orders counted anew."""
    key = f"sales.recount:{secrets.token_hex(8)}"
    jobs.add(tx, "sales.recount", key, {"kind": kind, "code": code})


def open_offer(action: Action, context: Context) -> None:
    """Open what the creators of a brief offer."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        brief = briefs.get(tx, _number(action.value), access.hidden_brands(tx, person))
        if brief is None:
            raise Refused(NO_BRIEF)
        offer = promo_codes.offer_of(tx, brief.id)
        form = view.offer_form(
            brief.name,
            offer.words if offer else "",
            is_issued=bool(offer and offer.is_issued),
            link=briefs.content(brief).link,
            metadata=str(brief.id),
        )
    context.open_modal(action.trigger_id, form)


def submit_offer(submission: Submission, context: Context) -> Answer:
    """Store what the creators of a brief offer."""
    words = " ".join(submission.text(view.OFFER).split())[:LONGEST_OFFER]
    is_issued = view.YES in submission.chosen(view.ISSUE)
    with context.writing() as tx:
        person = access.require_member(tx, context)
        number = _number(submission.metadata)
        brief = briefs.lock(tx, number, access.hidden_brands(tx, person))
        if brief is None:
            raise Refused(NO_BRIEF)
        promo_codes.set_offer(tx, number, words, is_issued=is_issued)
        return context.settle(tx, Answer(view=view.offer_saved(brief.name)))


def given(
    tx: Transaction, context: Context, partnership_id: int
) -> tuple[list[view.CodeLine], list[view.LinkLine], view.SoldLine | None]:
    """Codes, links and what they brought, as they are shown."""
    codes = promo_codes.of_partnerships(tx, [partnership_id]).get(partnership_id, [])
    links = tracking_links.of_partnerships(tx, [partnership_id]).get(partnership_id, [])
    sold = sale_totals.sold(tx, [partnership_id]).get(partnership_id)
    return (
        [view.CodeLine(code=one.code, until=one.until) for one in codes],
        [view.LinkLine(address=address(context, one), target=one.target) for one in links],
        view.SoldLine(**vars(sold)) if sold else None,
    )


def address(context: Context, link: TrackingLink) -> str:
    """A link as creators are given it: by this server, where it can be reached."""
    public = context.services.public_url
    return f"{public}/r/{link.slug}" if public else link.target


def _view(tx: Transaction, context: Context, row: Partnership) -> view.CodesView:
    number = row.id or 0
    known = promo_codes.of_partnerships(tx, [number]).get(number, [])
    codes = [one for one in known if one.kind == promo_codes.CODE]
    short = [one for one in known if one.kind == promo_codes.LINK]
    made = issuing.issuable(tx, row)
    links = tracking_links.of_partnerships(tx, [number]).get(number, [])
    given_codes, given_links, sold = given(tx, context, number)
    proposed = codes[-1].code if codes else _proposed(tx, made)
    return view.CodesView(
        handle=handle_label(made.handle, made.name),
        heading=f"For {made.brief}" if made.brief else "Without a brief",
        code=proposed,
        is_new=not codes,
        until=codes[-1].until if codes else None,
        target=untagged(links[-1].target) if links else made.target,
        short=short[-1].code if short else "",
        codes=tuple(given_codes),
        links=tuple(given_links),
        sold=sold,
        redirects=bool(context.services.public_url),
        metadata={"partnership": number, "code": codes[-1].code if codes else ""},
    )


def _proposed(tx: Transaction, made: issuing.Issuable) -> str:
    return propose(made.handle, made.name, made.offer, promo_codes.looks(tx))


def _read(submission: Submission) -> dict[str, Any]:
    """What was typed.

    Raises:
        FieldErrors: something of it can't be.
    """
    wrong: dict[str, str] = {}
    code = promo_code.tidy(submission.text(view.CODE))
    target, short = (submission.text(name).strip() for name in (view.TARGET, view.SHORT))
    until = submission.text(view.UNTIL)
    if code and (why := promo_code.why_not(code)):
        wrong[view.CODE] = why
    if target and (why := tracking_link.why_not(target)):
        wrong[view.TARGET] = why
    short = short.partition("://")[2] or short
    if short and (len(short) > LONGEST_MARK or " " in short or "/" not in short):
        wrong[view.SHORT] = "Please give the short link as it is shared, for example dub.sh/anna."
    day: dt.date | None = None
    try:
        day = chosen_day(until) if until else None
    except NotADay as error:
        wrong[view.UNTIL] = str(error)
    if wrong:
        raise FieldErrors(wrong)
    return {"code": code, "until": day, "target": target, "short": short}


def _set_code(
    tx: Transaction,
    row: Partnership,
    code: str,
    until: dt.date | None,
    before: str,
    hidden: Collection[int],
) -> None:
    """Add a code, give it its last day; an emptied field takes the code away that stood there."""
    if not code:
        old = promo_codes.find(tx, promo_codes.CODE, before) if before else None
        if old is not None and old.partnership_id == row.id:
            promo_codes.remove(tx, old)
            ask_to_recount(tx, promo_codes.CODE, before)
        return
    try:
        made = promo_codes.set_code(tx, row, code)
    except promo_codes.Taken as taken:
        shown = partnerships.get(tx, taken.row.partnership_id or 0, hidden) is not None
        raise FieldErrors({view.CODE: _why_taken(taken.row, code, shown=shown)}) from taken
    promo_codes.end(tx, made, until)
    ask_to_recount(tx, promo_codes.CODE, code)


def _why_taken(row: PromoCode, code: str, *, shown: bool) -> str:
    """shown: whether this person may see the partnership that has it."""
    if row.code_key == code.casefold():
        return "This code is another creator's already. Please choose a different one."
    other = row.code if shown else "another creator's"
    return f"This code is easily taken for {other}. Please choose a different one."


def _set_link(tx: Transaction, row: Partnership, target: str, person_id: int | None) -> None:
    """A new link where it leads somewhere else; links that are out there go on leading there."""
    number = row.id or 0
    known = tracking_links.of_partnerships(tx, [number]).get(number, [])
    if any(untagged(one.target) == untagged(target) for one in known):
        return
    issuing.new_link(tx, row, target, person_id)


def _set_short(tx: Transaction, row: Partnership, short: str) -> None:
    if not short:
        return
    known = promo_codes.find(tx, promo_codes.LINK, short)
    if known is not None and known.partnership_id == row.id:
        return
    if known is not None and known.partnership_id is not None:
        raise FieldErrors({view.SHORT: "This link is another creator's already."})
    promo_codes.assign(tx, promo_codes.LINK, short, row.id)
    ask_to_recount(tx, promo_codes.LINK, short)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


FEATURE = Feature(
    actions={"codes": open_codes, "brief_codes": open_offer},
    submissions={"codes_form": submit, "offer_form": submit_offer},
    jobs={"sales.recount": recount},
)
