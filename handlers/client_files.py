"""The list for a client as a file, sent privately to whoever asks the client."""

from typing import Any
from zoneinfo import ZoneInfo

from handlers import access, client_cards, file_sending
from handlers.answer import Answer
from handlers.cards import row_number
from handlers.client_steps import asked_list
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Submission
from sources.writing import write
from storage import audit, briefs, jobs, outbox, people, shortlists
from storage.models import Person, Shortlist
from storage.transaction import Transaction
from views import client as view
from views import client_list

KINDS = ("html", "xlsx")


def ask(action: Action, context: Context) -> None:
    """Ask which file it is to be."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        asked = asked_list(tx, person, row_number(action.value))
        count = len(client_cards.of_list(tx, asked))
        form = view.file_form(_title(tx, asked), count, action.value)
    context.open_modal(action.trigger_id, form)


def submit(submission: Submission, context: Context) -> Answer:
    """Have the file written in a job."""
    with context.writing() as tx:
        person = access.require_member(tx, context)
        asked = asked_list(tx, person, row_number(submission.metadata))
        order(tx, asked, person, submission.text("file"))
        return context.settle(tx, Answer(view=view.file_on_its_way()))


def order(tx: Transaction, asked: Shortlist, person: Person, kind: str) -> None:
    """Have the client's list sent to a person as a file, and put that on record."""
    number = shortlists.number_of(asked)
    kind = kind if kind in KINDS else KINDS[0]
    job = {"shortlist_id": number, "kind": kind, "slack_user_id": person.slack_user_id}
    jobs.add(tx, "client.file", f"client.file:{number}:{tx.delivery}", job)
    audit.record(tx, "write for client", "shortlist", number, after={"format": kind})


def send(payload: dict[str, Any], context: Context) -> None:
    """Write the file as the client may see it and send it (job `client.file`)."""
    kind, slack_user_id = str(payload["kind"]), str(payload["slack_user_id"])
    with context.reading() as tx:
        person = people.find(tx, slack_user_id)
        asked = shortlists.get(tx, int(payload["shortlist_id"]))
        if person is None or asked is None:
            return
        shown, title = client_cards.of_list(tx, asked), _title(tx, asked)
        comment = view.comment(title, len(shown), asked.sees or ())
        today = tx.now.astimezone(ZoneInfo(person.timezone)).date()
    content = (
        write(client_list.rows(shown), kind)
        if kind == "xlsx"
        else client_list.page(title, shown, today)
    )
    key, name = f"client-file:{payload['job_id']}", f"for-client.{kind}"
    unsent = file_sending.send(
        context, key, slack_user_id, name, content, comment, last_try=payload["last_try"]
    )
    if unsent is not None:
        with context.writing() as tx:
            key = f"client.file:{payload['job_id']}"
            outbox.direct(tx, key, slack_user_id, view.not_sent(unsent.code).payload())


def _title(tx: Transaction, asked: Shortlist) -> str:
    brief = briefs.get(tx, asked.brief_id) if asked.brief_id else None
    return brief.name if brief else asked.name


FEATURE = Feature(
    actions={"client_file": ask},
    submissions={"client_file": submit},
    jobs={"client.file": send},
)
