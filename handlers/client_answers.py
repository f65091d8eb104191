"""What a client answered elsewhere, written down on their behalf."""

from domain import client_review
from domain import shortlist as rules
from domain.client_review import NAME_THE_CLIENT
from domain.decision import Category
from domain.shortlist import UNDECIDED, CardState
from domain.votes import Vote
from handlers import access, client_cards, voting
from handlers.answer import Answer, FieldErrors, Refused
from handlers.cards import GONE, locked_card, managers_among, row_number
from handlers.client_steps import asked_list
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Submission
from storage import cards, reasons, shortlists
from storage.models import Person, Shortlist
from storage.transaction import Transaction
from views import client as view

NOTHING_WAITS = "The client has answered on everybody they were asked about."


def ask(action: Action, context: Context) -> None:
    """Open the form with every creator on whom the client has not answered."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        asked = asked_list(tx, person, row_number(action.value))
        rows = cards.of_shortlist(tx, shortlists.number_of(asked))
        waiting = [
            client_cards.view_of(tx, row, asked)
            for row in rows
            if CardState(row.state) in UNDECIDED
        ]
        if not waiting:
            raise Refused(NOTHING_WAITS)
        named = [row.on_behalf_of for row in rows if row.on_behalf_of]
        form = view.answers_form(waiting, named[-1] if named else "", action.value)
    context.open_modal(action.trigger_id, form)


def submit(submission: Submission, context: Context) -> Answer:
    """Write the answers down; each decides its card and says on whose behalf."""
    client = " ".join(submission.text("client").split())
    given = {
        row_number(block.partition(":")[2]): Vote(submission.text(block))
        for block in submission.state
        if block.startswith("answer:") and submission.text(block) in {*Vote}
    }
    errors = _errors(submission, client, given)
    if errors:
        return Answer(errors=errors)
    with context.writing() as tx:
        person = access.require_member(tx, context)
        asked = asked_list(tx, person, row_number(submission.metadata))
        shortlists.lock(tx, shortlists.number_of(asked))
        for number in sorted(given):
            why = " ".join(submission.text(f"reason:{number}").split())
            _record(tx, person, asked, number, client, given[number], why)
        return context.settle(tx, Answer())


def _errors(submission: Submission, client: str, given: dict[int, Vote]) -> dict[str, str]:
    if not client:
        return {"client": NAME_THE_CLIENT}
    if not given:
        first = next((one for one in submission.state if one.startswith("answer:")), "client")
        return {first: "Please choose an answer for at least one creator."}
    reasons_ = {
        block: submission.text(block).strip()
        for block in submission.state
        if block.startswith("reason:")
    }
    return {
        block: problem for block, line in reasons_.items()
        if line and (problem := rules.check_reason(line))
    }  # fmt: skip


def _record(
    tx: Transaction,
    person: Person,
    asked: Shortlist,
    number: int,
    client: str,
    vote: Vote,
    why: str,
) -> None:
    locked = locked_card(tx, number)
    if locked.row.shortlist_id != asked.id:
        raise Refused(GONE)
    by = person.slack_user_id
    try:
        managers = managers_among(tx, person, locked.shortlist)
        after = client_review.answer(locked.rules, by, managers, client, vote)
    except rules.NotAllowed as refusal:
        raise FieldErrors({f"answer:{number}": str(refusal)}) from refusal
    card = cards.record(tx, locked, after)
    if why:
        reasons.add(tx, card, asked.brand_id, Category.OTHER, why)
    voting.decided(tx, card, locked.shortlist)
    voting.redraw(tx, card, locked.shortlist)


FEATURE = Feature(actions={"client_answer": ask}, submissions={"client_answer": submit})
