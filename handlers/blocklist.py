"""`/influencer block`: who is blocked or not to be written to. Set by owners and managers."""

import json
from typing import Any

from domain.restriction import Restriction, read_restriction
from handlers import access, naming
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.partnership_forms import NO_CREATOR, number_of
from handlers.partnership_lines import handle_label, today_of
from handlers.payloads import Action, Command, Submission
from storage import creators, outbox, profiles, restrictions
from storage.models import Person
from storage.transaction import Transaction
from views import blocklist as view
from views.elements import escape
from views.message import Message


def block(command: Command, context: Context) -> Answer:
    """List restrictions; with a creator, open the form."""
    asked = command.text.strip()
    if not asked:
        with context.reading() as tx:
            return Answer(message=_listing(tx, access.require_member(tx, context)))
    with context.reading() as tx:
        access.require_manager(tx, context)
        meant = naming.meant(tx, asked)
        question = naming.question(meant, "block_profile")
        if question is not None:
            return Answer(message=question)
        form = _form(tx, meant.found[0].creator_id)
    context.open_modal(command.trigger_id, form)
    return Answer()


def press_profile(action: Action, context: Context) -> None:
    """Open the form for the creator of a profile."""
    with context.reading() as tx:
        access.require_manager(tx, context)
        known = profiles.current(tx, [number_of(action.value.partition("|")[0])])
        if not known:
            raise Refused(NO_CREATOR)
        form = _form(tx, next(iter(known.values())).profile.creator_id)
    context.open_modal(action.trigger_id, form)


def submit(submission: Submission, context: Context) -> Answer:
    """Store the restriction; whoever set it reads that it holds."""
    creator_id = int(json.loads(submission.metadata or "{}").get("creator", 0))
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        wanted = read_restriction(
            submission.text("kind"),
            submission.text("reason"),
            submission.text("until"),
            today_of(tx, person),
        )
        if not isinstance(wanted, Restriction):
            return Answer(errors=wanted)
        number = creators.current_id(tx, creator_id)
        handle = _handle(tx, number)
        restrictions.add(tx, number, wanted, person.id)
        said = Message(text=view.saved(handle, wanted))
        outbox.direct(tx, f"{tx.delivery}:blocked", person.slack_user_id, said.payload())
        return context.settle(tx, Answer())


def lift(action: Action, context: Context) -> None:
    """End a restriction, and show the list anew."""
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        row = restrictions.lift(tx, number_of(action.value), person.id)
        if row is None:
            raise Refused("This restriction is no longer there.")
        tx.session.flush()
        drawn = _listing(tx, person, f"✅ Lifted for {escape(_handle(tx, row.creator_id), 60)}.")
        message = {"replace_original": True, **drawn.payload()}
        outbox.respond(tx, f"{tx.delivery}:lifted", action.response_url, message)


def _listing(tx: Transaction, person: Person, note: str = "") -> Message:
    found, total = restrictions.listed(tx, today_of(tx, person))
    lines = [
        view.RestrictedLine(
            id=one.id,
            handle=_handle(tx, one.creator_id),
            restriction=one.restriction,
            by=one.by,
        )
        for one in found
    ]
    return view.listing(lines, total, may_lift=access.is_manager(person), note=note)


def _form(tx: Transaction, creator_id: int) -> dict[str, Any]:
    kept = json.dumps({"creator": creator_id})
    return view.form(_handle(tx, creator_id), kept)


def _handle(tx: Transaction, creator_id: int) -> str:
    """How a creator is named: by their first profile."""
    number = creators.current_id(tx, creator_id)
    known = profiles.of_creator(tx, number)
    return handle_label(known[0].handle if known else "")


FEATURE = Feature(
    commands={"block": block, "blocklist": block},
    actions={
        "block_profile": press_profile,
        "creator_block": press_profile,
        "restriction_lift": lift,
    },
    submissions={"restriction_form": submit},
)
