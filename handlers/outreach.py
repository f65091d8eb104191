"""Writing to creators: a text with everything filled in, sent by a person, never by the bot."""

import json
from typing import Any

from domain.niche import default_vocabulary
from domain.outreach import (
    FIRST_NAME,
    FIRST_SUBJECT,
    FIRST_TEXT,
    fill,
    follow_up,
    read_text,
)
from domain.partnership import Stage
from domain.wording import PLATFORM_NAMES, listed
from handlers import access, cautions, codes, partner_details, partners
from handlers.answer import Answer, FieldErrors, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.partnership_forms import number_of
from handlers.partnership_lines import today_of
from handlers.payloads import Action, Command, Submission
from storage import approvals, brands, briefs, outbox, outreach, overviews, profiles, terms
from storage.models import OutreachText, Partnership, Person
from storage.overviews import Overview
from storage.transaction import Transaction
from views import creator_facts
from views import outreach as view
from views.elements import day, escape
from views.message import Message
from views.partners import money_list

GONE = "This text is no longer there."
BUILT_IN = "0"


def write(action: Action, context: Context) -> Answer | None:
    """Show the text for a partnership, to whoever asked; from its details on top of them."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        drawn = _draft(tx, context, person, partners.visible(tx, person, action.value))
    if not _in_modal(action):
        return Answer(message=drawn)
    context.push_modal(action.trigger_id, view.in_modal(drawn))
    return None


def text_for(tx: Transaction, context: Context, person: Person, row: Partnership) -> dict[str, Any]:
    """The text for a partnership as a modal.

    Raises:
        Refused: nobody may write to them now.
    """
    return view.in_modal(_draft(tx, context, person, row))


def write_another(action: Action, context: Context) -> None:
    """Show another text in place of this one."""
    number = action.action_id.partition(":")[2]
    if _in_modal(action):
        with context.reading() as tx:
            person = access.require_member(tx, context)
            row = partners.visible(tx, person, number)
            drawn = _draft(tx, context, person, row, action.value)
        context.redraw_modal(view.in_modal(drawn), action.view)
        return
    with context.writing() as tx:
        person = access.require_member(tx, context)
        row = partners.visible(tx, person, number)
        drawn = _draft(tx, context, person, row, action.value)
        message = {"replace_original": True, **drawn.payload()}
        outbox.respond(tx, f"{tx.delivery}:text", action.response_url, message)


def mark_as_contacted(action: Action, context: Context) -> None:
    """Somebody wrote to the creator: stage, date and the day to follow up, in one."""
    with context.writing() as tx:
        person = access.require_member(tx, context)
        row = partners.visible(tx, person, action.value)
        said = _contacted(tx, person, row)
        if not _in_modal(action):
            message = {"replace_original": True, "text": said}
            outbox.respond(tx, f"{tx.delivery}:sent", action.response_url, message)
    if _in_modal(action):
        context.redraw_modal(view.in_modal(Message(text=said)), action.view)
        _redraw_details(action, context)


def _redraw_details(action: Action, context: Context) -> None:
    """The partnership in full, on which the text was put, as it stands now."""
    below = action.view.get("previous_view_id")
    if not below:
        return
    with context.reading() as tx:
        person = access.require_member(tx, context)
        row = partners.visible(tx, person, action.value)
        drawn = partner_details.drawn(tx, context, person, row)
    context.redraw_modal(drawn, {"id": below})


def _in_modal(action: Action) -> bool:
    return bool(action.view.get("type") == "modal")


def _contacted(tx: Transaction, person: Person, row: Partnership) -> str:
    today = today_of(tx, person)
    cautions.refuse_contact(tx, row.creator_id, today)
    known = partners.line(tx, person, row)
    who = f"*{escape(known.handle, 60)}*"
    if row.stage not in (Stage.APPROVED, Stage.CONTACTED):
        return f"{who} is {known.standing} already, so nothing was changed."
    if row.stage == Stage.APPROVED:
        approvals.move(tx, row, Stage.CONTACTED, person.id)
    again = follow_up(today)
    before = terms.terms_of(row, ())
    terms.change(tx, row, before, before.model_copy(update={"follow_up_on": again}))
    said = f"✅ {who} was contacted on {day(today)}."
    return f"{said} If no answer comes, the owner is told on {day(again)}."


def texts(command: Command, context: Context) -> Answer:
    """List the texts that the team keeps."""
    with context.reading() as tx:
        return Answer(message=_texts(tx, access.require_manager(tx, context)))


def open_form(action: Action, context: Context) -> None:
    """Open the form of a text, or of a new one."""
    with context.reading() as tx:
        person = access.require_manager(tx, context)
        hidden = access.hidden_brands(tx, person)
        known = [(str(one.id), one.name) for one in brands.visible(tx, hidden)][:98]
        kept: dict[str, Any] = {"url": action.response_url}
        if action.action_id.startswith("text_new"):
            form = view.form(known, kept)
        else:
            row = _text(tx, person, action.value)
            form = view.form(
                known, {**kept, "text": row.id}, name=row.name, subject=row.subject,
                text=row.text, brand=str(row.brand_id or view.ALL_BRANDS),
            )  # fmt: skip
    context.open_modal(action.trigger_id, form)


def submit(submission: Submission, context: Context) -> Answer:
    """Store a text, and show the list anew."""
    kept = json.loads(submission.metadata or "{}")
    words = tuple(submission.text(name) for name in ("name", "subject", "text"))
    wrong = read_text(*words)
    if wrong:
        return Answer(errors=wrong)
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        row = _text(tx, person, str(kept["text"])) if kept.get("text") else None
        brand_id = number_of(submission.text("brand")) or None
        if brand_id in access.hidden_brands(tx, person) or (
            brand_id and brands.get(tx, brand_id) is None
        ):
            raise FieldErrors({"brand": "Please choose one of your brands."})
        try:
            outreach.save(tx, row, brand_id, (words[0], words[1], words[2]), person.id)
        except outreach.NameTaken as taken:
            raise FieldErrors({"name": "There is a text of this name already."}) from taken
        _show_again(tx, person, str(kept.get("url", "")))
        return context.settle(tx, Answer())


def delete(action: Action, context: Context) -> None:
    """Take a text away, and show the list anew."""
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        outreach.remove(tx, _text(tx, person, action.value))
        tx.session.flush()
        _show_again(tx, person, action.response_url)


def _draft(
    tx: Transaction, context: Context, person: Person, row: Partnership, chosen: str = ""
) -> Message:
    """The text that was chosen, else the first of the brand, else ours."""
    cautions.refuse_contact(tx, row.creator_id, today_of(tx, person))
    known = outreach.of_brand(tx, row.brand_id)
    picked = next((one for one in known if str(one.id) == chosen), None)
    if picked is None and chosen != BUILT_IN:
        picked = next(iter(known), None)
    name, subject, text = (
        (picked.name, picked.subject, picked.text)
        if picked
        else (FIRST_NAME, FIRST_SUBJECT, FIRST_TEXT)
    )
    others = [(str(one.id), one.name) for one in known if picked is None or one.id != picked.id]
    if picked is not None:
        others.append((BUILT_IN, FIRST_NAME))
    one = overviews.overviews(tx, [row])[0]
    values = _values(tx, context, person, one)
    headed, filled = fill(subject, values), fill(text, values)
    profile = profiles.current(tx, [row.profile_id]) if row.profile_id else {}
    snapshot = profile[row.profile_id].snapshot if row.profile_id in profile else None
    return view.draft(
        view.Draft(
            partnership_id=one.id,
            handle=f"@{one.handle}" if one.handle else one.name,
            name=name,
            subject=headed.text,
            text=filled.text,
            missing=tuple(dict.fromkeys((*headed.missing, *filled.missing))),
            email=(snapshot.email or "") if snapshot else "",
            profile_url=(creator_facts.link(snapshot) or "") if snapshot else "",
            others=tuple(others),
            may_mark=one.stage in (Stage.APPROVED, Stage.CONTACTED),
        )
    )


def _values(tx: Transaction, context: Context, person: Person, one: Overview) -> dict[str, str]:
    """What the fields become; "" where it is not known."""
    brief = briefs.get(tx, one.row.brief_id) if one.row.brief_id else None
    content = briefs.content(brief) if brief else None
    vocabulary = default_vocabulary()
    niches = [vocabulary.name(niche).lower() for niche in content.niches] if content else []
    given, links, _ = codes.given(tx, context, one.id)
    owed = listed([each.words for each in one.terms.owed if each.done_on is None])
    return {
        "name": one.name or one.handle,
        "handle": f"@{one.handle}" if one.handle else "",
        "platform": PLATFORM_NAMES[one.platform] if one.platform else "",
        "niche": listed(niches[:3]),
        "brand": one.brand or "",
        "brief": one.brief or "",
        "product": content.product if content else "",
        "deliverables": owed or one.row.deliverables or (content.deliverables if content else ""),
        "fee": money_list([one.costs.fee]) if one.costs.fee else "",
        "link": links[-1].address if links else content.link if content else "",
        "code": given[-1].code if given else "",
        "me": person.real_name or person.name,
    }


def _text(tx: Transaction, person: Person, value: str) -> OutreachText:
    found = outreach.get(tx, number_of(value), access.hidden_brands(tx, person))
    if found is None:
        raise Refused(GONE)
    return found


def _texts(tx: Transaction, person: Person) -> Message:
    known = outreach.visible(tx, access.hidden_brands(tx, person))
    return view.texts(
        [
            view.TextLine(id=row.id or 0, name=row.name, text=row.text, brand=brand)
            for row, brand in known
        ]
    )


def _show_again(tx: Transaction, person: Person, url: str) -> None:
    if url:
        message = {"replace_original": True, **_texts(tx, person).payload()}
        outbox.respond(tx, f"{tx.delivery}:texts", url, message)


FEATURE = Feature(
    commands={"texts": texts},
    actions={
        "outreach": write,
        "outreach_other": write_another,
        "outreach_sent": mark_as_contacted,
        "text_new": open_form,
        "text_edit": open_form,
        "text_delete": delete,
    },
    submissions={"text_form": submit},
)
