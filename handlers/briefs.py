"""`/influencer brief`: write down what a campaign looks for; list, edit, copy, archive."""

import json
from collections.abc import Sequence
from typing import Any

from domain.brief import Found, name_key
from domain.brief_form import BriefDraft, BriefForm, read_form, unknown_niche_words
from domain.fit import Weights
from domain.tier import Tier
from handlers import access, brief_changes, brief_lines, channels, home
from handlers import people as people_handler
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Command, Submission
from storage import brands, briefs, outbox, preferences
from storage.models import Brief, Person
from storage.transaction import Transaction
from views import brief as view
from views import brief_form as form_view

GONE = "This brief is no longer there, or it belongs to a brand that is limited to others."
ARCHIVED = "archived"


class _FieldErrors(Exception):
    """Found wrong while storing: nothing is stored, and the sentences go under the fields."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(str(errors))
        self.errors = errors


def brief(command: Command, context: Context) -> Answer:
    """List the briefs, open one by a part of its name, or open the form of a new one."""
    asked = command.text.strip()
    with context.reading() as tx:
        person = access.require_member(tx, context)
        hidden = access.hidden_brands(tx, person)
        if asked.lower() == ARCHIVED:
            return _listing(tx, context, person, briefs.archived(tx, hidden), archived=True)
        if asked and asked.lower() != "new":
            return _open_by_name(tx, context, person, asked)
        found = [] if asked else briefs.visible(tx, hidden)
        if found:
            return _listing(tx, context, person, found)
        new = _new_form(tx, context, person, {"url": command.response_url})
    context.open_modal(command.trigger_id, new)
    return Answer()


def open_form(context: Context, trigger_id: str, *, on_top: bool = False) -> None:
    """Open the form of a new brief; on_top: over the modal that is open."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        new = _new_form(tx, context, person, {})
    if on_top:
        context.push_modal(trigger_id, new)
    else:
        context.open_modal(trigger_id, new)


def press_new(action: Action, context: Context) -> None:
    """Open the form of a new brief from a list or Home."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        new = _new_form(tx, context, person, _place_of(action))
    context.open_modal(action.trigger_id, new)


def press_edit(action: Action, context: Context) -> None:
    """Open the form with what the brief says."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        found = _get(tx, person, action.value)
        filled = _edit_form(tx, context, person, found, _place_of(action))
    context.open_modal(action.trigger_id, filled)


def press_open(action: Action, context: Context) -> Answer:
    """Show one brief in full."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        found = _get(tx, person, action.value)
        return Answer(message=view.in_full(brief_lines.lines(tx, context, person, [found])[0]))


def press_copy(action: Action, context: Context) -> None:
    """Copy a brief and list it."""
    with context.writing() as tx:
        person = access.require_member(tx, context)
        briefs.copy(tx, _get(tx, person, action.value), person.id)
        _redraw(tx, context, person, _place_of(action))


def press_archive(action: Action, context: Context) -> None:
    """Put a brief away."""
    with context.writing() as tx:
        person = access.require_member(tx, context)
        briefs.archive(tx, _get(tx, person, action.value))
        _redraw(tx, context, person, _place_of(action))


def press_restore(action: Action, context: Context) -> None:
    """Bring an archived brief back."""
    with context.writing() as tx:
        person = access.require_member(tx, context)
        briefs.restore(tx, _get(tx, person, action.value))
        _redraw(tx, context, person, _place_of(action))


def press_list(action: Action, context: Context) -> None:
    """Show the briefs, or the archived ones, in place of what is there."""
    archived = action.action_id.startswith("brief_archived")
    with context.writing() as tx:
        person = access.require_member(tx, context)
        _redraw(tx, context, person, _place_of(action), archived=archived)


def submit(submission: Submission, context: Context) -> Answer:
    """Store what the form says; what is wrong is said under its field."""
    with context.reading() as tx:
        currency = preferences.current(tx).currency
    draft = read_form(_typed(submission), context.services.vocabulary, currency)
    if not isinstance(draft, BriefDraft):
        return Answer(errors=draft)
    if draft.content.client is not None and draft.content.client.channel:
        problem = channels.why_not(draft.content.client.channel, context)
        if problem:
            return Answer(errors={"client_channel": problem})
        people_handler.learn_now(context, draft.content.client.approvers)
    place = json.loads(submission.metadata or "{}")
    try:
        with context.writing() as tx:
            person = access.require_member(tx, context)
            stored, new = _store(tx, context, person, submission, draft, place)
            _redraw(tx, context, person, place)
            unknown = unknown_niche_words(draft.content, context.services.vocabulary)
            done = view.saved(stored.name, new=new, unknown=unknown, find_with=stored.name)
            return context.settle(tx, Answer(view=done))
    except _FieldErrors as wrong:
        return Answer(errors=wrong.errors)


def _listing(
    tx: Transaction,
    context: Context,
    person: Person,
    found: Sequence[Brief],
    *,
    archived: bool = False,
) -> Answer:
    return Answer(
        message=view.listing(brief_lines.lines(tx, context, person, found), archived=archived)
    )


def _open_by_name(tx: Transaction, context: Context, person: Person, asked: str) -> Answer:
    hidden = access.hidden_brands(tx, person)
    match = briefs.find_by_part(tx, asked, hidden)
    found = [one for number in match.brief_ids if (one := briefs.get(tx, number, hidden))]
    drawn = brief_lines.lines(tx, context, person, found)
    if match.found == Found.ONE:
        return Answer(message=view.in_full(drawn[0]))
    return Answer(message=view.choices(asked, drawn, near=match.found == Found.NONE))


def _get(tx: Transaction, person: Person, value: str) -> Brief:
    number = int(value) if value.isdecimal() else 0
    hidden = access.hidden_brands(tx, person)
    found = briefs.lock(tx, number, hidden) if tx.writable else briefs.get(tx, number, hidden)
    if found is None:
        raise Refused(GONE)
    return found


def _place_of(action: Action) -> dict[str, Any]:
    """Where a button was pressed, to be drawn again: a private message or Home."""
    if action.response_url:
        return {"url": action.response_url, "replace": True}
    return {"home": True} if action.view.get("type") == "home" else {}


def _redraw(
    tx: Transaction,
    context: Context,
    person: Person,
    place: dict[str, Any],
    *,
    archived: bool = False,
) -> None:
    """Draw the list or Home again where the person came from."""
    if place.get("home"):
        home.draw(tx, context, person)
    elif place.get("replace") and place.get("url"):
        hidden = access.hidden_brands(tx, person)
        found = briefs.archived(tx, hidden) if archived else briefs.visible(tx, hidden)
        answer = _listing(tx, context, person, found, archived=archived)
        if answer.message is not None:
            message = {"replace_original": True, **answer.message.payload()}
            outbox.respond(tx, f"{tx.delivery}:list", str(place["url"]), message)


def _new_form(
    tx: Transaction, context: Context, person: Person, place: dict[str, Any]
) -> dict[str, Any]:
    return _form(tx, context, person, "New brief", BriefForm(), None, Weights(), place)


def _edit_form(
    tx: Transaction, context: Context, person: Person, stored: Brief, place: dict[str, Any]
) -> dict[str, Any]:
    return _form(
        tx,
        context,
        person,
        "Edit brief",
        briefs.form(stored),
        stored.brand_id,
        Weights.for_goal(briefs.goal(stored)),
        {**place, "brief": stored.id, "version": stored.version},
    )


def _form(
    tx: Transaction,
    context: Context,
    person: Person,
    title: str,
    form: BriefForm,
    brand_id: int | None,
    weights: Weights,
    metadata: dict[str, Any],
) -> dict[str, Any]:
    settings = preferences.current(tx)
    bands = settings.tier_bands
    seen = brands.visible(tx, access.hidden_brands(tx, person))
    return form_view.form(
        form_view.FormView(
            title=title,
            form=form,
            brand=str(brand_id) if brand_id else None,
            brands=tuple((str(each.id), each.name) for each in seen),
            tiers=tuple((tier.value, bands.label(tier)) for tier in Tier),
            currency=settings.currency,
            weights=weights,
            metadata=metadata,
        )
    )


def _typed(submission: Submission) -> BriefForm:
    several = {
        name: submission.chosen(name)
        for name in ("tiers", "platforms", "client_approvers", "client_sees")
    }
    one = {name: submission.text(name) for name in BriefForm.model_fields if name not in several}
    return BriefForm(**one, **several)


def _store(
    tx: Transaction,
    context: Context,
    person: Person,
    submission: Submission,
    draft: BriefDraft,
    place: dict[str, Any],
) -> tuple[Brief, bool]:
    """Create or change the brief; says whether it is new."""
    hidden = access.hidden_brands(tx, person)
    number = place.get("brief")
    others = {other: name for other, name in briefs.names(tx, hidden).items() if other != number}
    if name_key(draft.name) in {name_key(name) for name in others.values()}:
        raise _FieldErrors({"name": f"There is a brief called “{draft.name}” already."})
    brand_id = _brand(tx, person, hidden, submission)
    if number is None:
        return briefs.create(tx, draft, brand_id, person.id), True
    stored = _get(tx, person, str(number))
    if stored.version != place.get("version"):
        raise _FieldErrors(
            {"name": "Somebody changed this brief meanwhile. Please close this and edit it anew."}
        )
    if briefs.edit(tx, stored, draft, brand_id):
        brief_changes.follow(tx, stored)
    return stored, False


def _brand(
    tx: Transaction, person: Person, hidden: frozenset[int], submission: Submission
) -> int | None:
    """The brand that was chosen or typed, made if it is new."""
    typed, chosen = submission.text("new_brand").strip(), submission.text("brand")
    if typed and chosen:
        raise _FieldErrors({"new_brand": "Please choose a brand or type a new one, not both."})
    if chosen:
        number = int(chosen) if chosen.isdecimal() else 0
        if number in hidden or brands.get(tx, number) is None:
            raise _FieldErrors({"brand": "Please choose from the list."})
        return number
    if not typed:
        return None
    known = brands.named(tx, typed)
    if known is not None and known.id in hidden:
        raise _FieldErrors(
            {"new_brand": "That brand is limited to named people. Ask an owner to name you."}
        )
    return (known or brands.create(tx, typed, person.id)).id


FEATURE = Feature(
    commands={"brief": brief, "briefs": brief},
    actions={
        "brief_new": press_new,
        "brief_edit": press_edit,
        "brief_open": press_open,
        "brief_copy": press_copy,
        "brief_archive": press_archive,
        "brief_restore": press_restore,
        "brief_list": press_list,
        "brief_archived": press_list,
    },
    submissions={"brief_form": submit},
    jobs={brief_changes.KIND: brief_changes.redraw},
)
