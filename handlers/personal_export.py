"""`/influencer export @anna`: all that is known of one creator, to give it to them."""

import json
from typing import Any

from handlers import access, file_sending, naming
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.partnership_forms import NO_CREATOR, number_of
from handlers.payloads import Action, Command
from sources.writing import write
from storage import audit, creators, jobs, outbox, people, personal_export, profiles
from storage.transaction import Transaction
from views import exports
from views import personal_export as view

JOB = "personal_export.send"


def ask(command: Command, context: Context) -> Answer:
    """Have the files written; asks back where it is not clear who is meant."""
    with context.reading() as tx:
        access.require_manager(tx, context)
        meant = naming.meant(tx, command.text)
        question = naming.question(meant, "export_profile")
    if question is not None:
        return Answer(message=question)
    with context.writing() as tx:
        _begin(tx, context, meant.found[0].creator_id)
        return context.settle(tx, Answer(message=view.begun()))


def press_profile(action: Action, context: Context) -> None:
    """Have the files written of the creator of a profile."""
    with context.writing() as tx:
        known = profiles.current(tx, [number_of(action.value.partition("|")[0])])
        if not known:
            raise Refused(NO_CREATOR)
        _begin(tx, context, next(iter(known.values())).profile.creator_id)
        said = {"replace_original": True, **view.begun().payload()}
        outbox.respond(tx, f"{tx.delivery}:begun", action.response_url, said)


def send(payload: dict[str, Any], context: Context) -> None:
    """Write both files as this person may see them, and send them privately (job)."""
    number, slack_user_id = int(payload["creator"]), str(payload["slack_user_id"])
    with context.reading() as tx:
        person = people.find(tx, slack_user_id)
        if person is None or not access.is_manager(person):  # no longer
            return
        hidden = access.hidden_brands(tx, person)
        found = personal_export.of(tx, creators.current_id(tx, number), hidden)
        on = tx.now.date().isoformat()
    files = {
        f"creator-{number}-{on}.json": as_json(found),
        f"creator-{number}-{on}.xlsx": write(personal_export.as_table(found), "xlsx"),
    }
    for name, content in files.items():
        key = f"{JOB}:{payload['job_id']}:{name}"
        comment = view.comment(sum(map(len, found.values())), bool(hidden))
        unsent = file_sending.send(
            context, key, slack_user_id, name, content, comment, last_try=payload["last_try"]
        )
        if unsent is None:
            continue
        with context.writing() as tx:
            lacks = unsent.scope
            said = exports.may_not_send(lacks) if lacks else exports.not_sent(unsent.code)
            outbox.direct(tx, f"{key}:unsent", slack_user_id, said.payload())
        return


def as_json(found: dict[str, Any]) -> bytes:
    """What is known as JSON, in the order of the tables."""
    return (json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def _begin(tx: Transaction, context: Context, creator_id: int) -> None:
    person = access.require_manager(tx, context)
    number = creators.current_id(tx, creator_id)
    job = {"creator": number, "slack_user_id": person.slack_user_id}
    jobs.add(tx, JOB, f"{JOB}:{tx.delivery}", job)
    audit.record(tx, "export", "creator", number, after={"format": "json, xlsx"})


FEATURE = Feature(actions={"export_profile": press_profile}, jobs={JOB: send})
