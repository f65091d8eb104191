"""The step *Find creators*: a search for everybody, posted in a channel or sent to who asked."""

from domain.workflow_step import Step, plain
from handlers import access, channels, criteria, finding, workflow_steps
from handlers.answer import Refused
from handlers.context import Context
from handlers.criteria import Asked
from handlers.features import Feature
from handlers.finding import Page
from storage import outbox
from storage.models import Person
from storage.transaction import Transaction
from views import results as results_view
from views import workflow_steps as view
from views.message import Message
from views.results import SearchState


def find_creators(step: Step, context: Context) -> None:
    """Search, and show the ten best: in `channel`, or else privately to whoever acts.

    The outputs are `found` (how many match), `best` (the first one's handle) and `link`.

    Raises:
        Refused: the words can't be understood, or there is no place for the list.
    """
    words, channel_id = step.text("words"), step.text("channel")
    if not words:
        raise Refused(view.NO_WORDS)
    if not (channel_id or step.acting):
        raise Refused(view.NO_PLACE)
    with context.reading() as tx:
        person = access.require_member(tx, context) if step.acting else None
        asked = _read(tx, context, person, words)
        page = finding.page(tx, asked, context.services.vocabulary)
    starter = (person.name or person.real_name) if person else ""
    outsiders = _has_outsiders(channel_id, context) if channel_id else False
    message = _message(context, asked, page, starter, channel_id, outsiders)
    key = workflow_steps.message_key(step)
    with context.writing() as tx:
        if channel_id:
            outbox.post(tx, key, channel_id, message.payload())
        else:
            outbox.direct(tx, key, step.acting, message.payload())
        outbox.complete_step(
            tx, step.execution_id, _outputs(page), posted=key if channel_id else None
        )


def _read(tx: Transaction, context: Context, person: Person | None, words: str) -> Asked:
    hidden = workflow_steps.hidden_brands(tx)
    try:
        return criteria.read(tx, context.services.vocabulary, person, words, hidden=hidden)
    except criteria.WhichBrief as which:
        names = [name for name, _ in which.choices]
        raise Refused(view.no_brief(which.asked, names, several=not which.none)) from None


def _has_outsiders(channel_id: str, context: Context) -> bool:
    channel = channels.ask(context, channel_id)
    if channel.problem:
        raise Refused(channel.problem)
    return channel.has_outsiders


def _message(
    context: Context, asked: Asked, page: Page, starter: str, channel_id: str, outsiders: bool
) -> Message:
    said = asked.query.describe(context.services.vocabulary, outsiders=outsiders)
    if not page.lines:
        return view.nobody_found(said, starter)
    found = finding.shown(asked, page, said, SearchState(asked.query.text), may_post=False)
    if not channel_id:
        return results_view.results(found)
    return view.list_found(found, starter, outsiders=outsiders)


def _outputs(page: Page) -> dict[str, object]:
    outputs: dict[str, object] = {"found": page.counts.total}
    for line in page.lines[:1]:
        outputs["best"] = plain(workflow_steps.typed(line.profile.platform, line.profile.handle))
    return outputs


FEATURE = Feature(steps={"find_creators": find_creators})
