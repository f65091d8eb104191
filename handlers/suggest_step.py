"""The step *Suggest a creator*: puts one before the approvers of a brief, as whoever acts.

It goes where *Shortlist* goes (`handlers/posting.py`): onto the brief's open shortlist, or onto a
new one in the channel of the step.
"""

from dataclasses import dataclass

from domain.brief import Found
from domain.workflow_step import Step, plain
from handlers import access, channels, drawing, naming, posting, shortlist_form, workflow_steps
from handlers import people as people_handler
from handlers.answer import Refused
from handlers.context import Context
from handlers.criteria import MOST_CHOICES
from handlers.features import Feature
from storage import briefs, outbox, shortlists
from storage.transaction import Transaction
from views import workflow_steps as view

QUORUM = 1


@dataclass(frozen=True)
class Suggestion:
    """What is asked for. onto: the shortlist that is open, None = a new one is made."""

    profile_id: int
    handle: str
    brief_id: int
    brief: str
    channel_id: str
    approvers: tuple[str, ...]
    onto: int | None


def suggest_creator(step: Step, context: Context) -> None:
    """Put a creator on a shortlist, or say that they were there before.

    The outputs are `added` (whether they are on it now), `result` (a sentence) and `link`, to
    the card.

    Raises:
        Refused, FieldErrors: nobody acts; or what is asked for is not there, or not clear.
    """
    if not step.acting:
        raise Refused(view.NOBODY_ACTS)
    with context.reading() as tx:
        access.require_member(tx, context)
        asked = _read(tx, step)
    _look_at_channel(asked, context)
    if asked.onto is None:
        _look_at_approvers(asked, context)
    with context.writing() as tx:
        access.require_member(tx, context)
        if briefs.get(tx, asked.brief_id, workflow_steps.hidden_brands(tx)) is None:
            raise Refused(posting.NO_BRIEF)
        made, _ = (
            posting.post_within(tx, context, _terms(asked), [asked.profile_id])
            if asked.onto is None
            else posting.add_within(tx, context, asked.onto, [asked.profile_id])
        )
        say = view.suggested if made else view.not_suggested
        outputs = {"added": bool(made), "result": plain(say(asked.handle, asked.brief))}
        posted = drawing.newest_key(tx, drawing.card_key(made[0].id or 0)) if made else None
        outbox.complete_step(tx, step.execution_id, outputs, posted=posted)


def _read(tx: Transaction, step: Step) -> Suggestion:
    brief_id, brief = _brief(tx, step.text("brief"))
    profile_id, handle = _creator(tx, step.text("creator"))
    onto = shortlists.newest_open(tx, brief_id, step.text("channel"))
    channel_id = onto.channel_id if onto else step.text("channel")
    if not channel_id:
        raise Refused(view.no_channel(brief))
    return Suggestion(
        profile_id=profile_id,
        handle=handle,
        brief_id=brief_id,
        brief=brief,
        channel_id=channel_id,
        approvers=step.named("approvers") or tuple(shortlists.last_approvers(tx, brief_id)),
        onto=shortlists.number_of(onto) if onto else None,
    )


def _brief(tx: Transaction, asked: str) -> tuple[int, str]:
    hidden = workflow_steps.hidden_brands(tx)
    match = briefs.find_by_part(tx, asked, hidden)
    names = briefs.names(tx, hidden)
    if match.found is Found.ONE:
        return match.brief_ids[0], names[match.brief_ids[0]]
    several = match.found is Found.SEVERAL
    choices = [names[number] for number in match.brief_ids if number in names]
    raise Refused(view.no_brief(asked, choices[:MOST_CHOICES], several=several))


def _creator(tx: Transaction, asked: str) -> tuple[int, str]:
    if not asked:
        raise Refused(view.NO_CREATOR)
    meant = naming.meant(tx, asked)
    if meant.is_clear:
        return meant.found[0].id or 0, f"@{meant.found[0].handle.lstrip('@')}"
    near = [workflow_steps.typed(one.platform, one.handle) for one in meant.found or meant.near]
    raise Refused(
        view.unclear_creator(meant.typed, near, known=bool(meant.found), colleague=meant.colleague)
    )


def _look_at_channel(asked: Suggestion, context: Context) -> None:
    channel = channels.ask(context, asked.channel_id)
    if channel.problem:
        raise Refused(channel.problem)
    if channel.has_outsiders:
        raise Refused(view.READ_OUTSIDE)


def _look_at_approvers(asked: Suggestion, context: Context) -> None:
    if not asked.approvers:
        raise Refused(view.NO_APPROVERS)
    wrong = shortlist_form.check_quorum(str(QUORUM), asked.approvers)
    if wrong:
        raise Refused(" ".join(wrong.values()))
    people_handler.learn_now(context, asked.approvers)
    with context.reading() as tx:
        problem = posting.why_not_approvers(tx, asked.approvers)
    if problem:
        raise Refused(problem)


def _terms(asked: Suggestion) -> posting.Terms:
    return posting.Terms(
        brief_id=asked.brief_id,
        channel_id=asked.channel_id,
        quorum=QUORUM,
        approvers=asked.approvers,
        in_thread=True,
        has_outsiders=False,
    )


FEATURE = Feature(steps={"suggest_creator": suggest_creator})
