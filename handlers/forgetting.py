"""`/influencer forget`: remove a creator for good, after showing what goes. Owners and managers."""

import json
from typing import Any

from domain.creator import Platform
from domain.forgetting import account_key, is_typed_name
from domain.handle import handle_key, read_person
from domain.wording import counted
from handlers import access, naming
from handlers.answer import Answer, FieldErrors, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.forgetting_work import take_up, work
from handlers.look_at_whom import told_by_its_form, whole
from handlers.partnership_forms import NO_CREATOR, number_of
from handlers.payloads import Action, Command, Submission
from storage import (
    creators,
    forgetting,
    forgetting_preview,
    forgotten_keys,
    people,
    personal_rows,
    profiles,
)
from storage.models import Forgetting
from storage.transaction import Transaction
from views import forgetting as view
from views.message import Message

ALLOW, LIST = "allow", "list"
ALREADY = "This creator was removed already."


def forget(command: Command, context: Context) -> Answer:
    """Show what would go; without a creator, what was removed. `allow @anna` takes it back."""
    asked = command.text.strip()
    word, _, rest = asked.partition(" ")
    if word.lower() == ALLOW and rest.strip():
        return _allow(rest.strip(), context)
    if not asked or word.lower() == LIST:
        with context.reading() as tx:
            access.require_manager(tx, context)
            return Answer(message=_listing(tx))
    with context.reading() as tx:
        access.require_manager(tx, context)
        meant = naming.meant(tx, asked)
        question = naming.question(meant, "forget_profile")
        if question is not None:
            refusal = _kept_away(tx, asked) if not meant.found else None
            return Answer(message=refusal or question)
        form = _form(tx, context, meant.found[0].creator_id)
    context.open_modal(command.trigger_id, form)
    return Answer()


def press_profile(action: Action, context: Context) -> None:
    """Show what would go with the creator of a profile."""
    with context.reading() as tx:
        access.require_manager(tx, context)
        known = profiles.current(tx, [number_of(action.value.partition("|")[0])])
        if not known:
            raise Refused(NO_CREATOR)
        form = _form(tx, context, next(iter(known.values())).profile.creator_id)
    context.open_modal(action.trigger_id, form)


def submit(submission: Submission, context: Context) -> Answer:
    """Begin, where the handle was typed; a job does the rest."""
    kept = json.loads(submission.metadata or "{}")
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        creator_id = creators.current_id(tx, int(kept.get("creator", 0)))
        known = creators.get(tx, creator_id)
        if known is None or known.forgotten_at is not None:
            raise Refused(ALREADY)
        handles = _handles(tx, creator_id)
        if not is_typed_name(submission.text(view.TYPED), [*handles, known.name]):
            raise FieldErrors({view.TYPED: view.not_typed((handles or [known.name])[0])})
        forgetting.begin(tx, creator_id, person.id, context.services.vocabulary)
        return context.settle(tx, Answer(view=view.begun()))


def _allow(typed: str, context: Context) -> Answer:
    with context.writing() as tx:
        access.require_owner(tx, context)
        numbers = [int(typed)] if typed.isdigit() else []
        amount = forgetting.allow(tx, numbers or forgotten_keys.whose(tx, keys_of(typed)))
        return context.settle(tx, Answer(message=view.allowed(amount)))


def keys_of(typed: str) -> list[str]:
    """What may have been hashed of an account that somebody names; on every platform if need be."""
    meant = told_by_its_form(read_person(typed))
    places = [meant.platform] if meant.platform else list(Platform)
    return [
        account_key(place.value, handle_key(handle))
        for place in places
        for handle in {meant.handle, whole(place, meant.handle).handle}
        if handle
    ]


def _kept_away(tx: Transaction, typed: str) -> Message | None:
    if forgotten_keys.among(tx, keys_of(typed)):
        return Message(text=view.kept_away())
    return None


def _form(tx: Transaction, context: Context, creator_id: int) -> dict[str, Any]:
    number = creators.current_id(tx, creator_id)
    known = creators.get(tx, number)
    if known is None or known.forgotten_at is not None:
        raise Refused(ALREADY)
    family = personal_rows.family(tx, number)
    found = forgetting_preview.of(tx, family)
    what = view.WhatGoes(
        name=known.name or "This creator",
        accounts=found.accounts,
        counts=tuple(
            counted(found.counts[name], *words)
            for name, words in forgetting_preview.COUNTED.items()
            if found.counts[name]
        ),
        open_cards=found.open_cards,
        decided=found.cards - found.open_cards,
        running=found.running,
        over=found.over,
        imports=found.imports,
    )
    return view.form(what, json.dumps({"creator": number}))


def _handles(tx: Transaction, creator_id: int) -> list[str]:
    family = personal_rows.family(tx, creator_id)
    return [
        profile.handle
        for number in family
        for profile in profiles.of_creator(tx, number)
        if profile.handle
    ]


def _listing(tx: Transaction) -> Message:
    rows = forgetting.recent(tx)
    by = people.by_ids(tx, {row.person_id for row in rows if row.person_id})
    return view.listing([_line(row, by) for row in rows])


def _line(row: Forgetting, by: dict[int, Any]) -> view.Line:
    who = by[row.person_id].name if row.person_id in by else "the command line"
    return view.Line(
        number=row.id or 0, when=row.asked_at.date().isoformat(), by=who, state=row.state
    )


FEATURE = Feature(
    commands={"forget": forget},
    actions={"forget_profile": press_profile},
    submissions={view.FORM: submit},
    jobs={forgetting.JOB: work},
    hourly=(take_up,),
)
