"""`/influencer handover`: partnerships, reminders and waiting votes to a colleague."""

import datetime as dt
import json
from typing import Any

from domain import roles
from domain.chosen_day import NO_DAY, chosen_day
from domain.nudging import local_day
from domain.wording import counted
from handlers import access, voting
from handlers import people as people_handler
from handlers.answer import Answer, FieldErrors, NotAllowed
from handlers.context import Context
from handlers.features import Feature
from handlers.partnership_forms import number_of
from handlers.payloads import Action, Command, Submission
from storage import audit, brands, due_dates, handovers, outbox, people, shortlists
from storage.handovers import OpenWork
from storage.models import Person, Shortlist
from storage.transaction import Transaction
from views import handover as view

MOST_DATES = 5


def ask(command: Command, context: Context) -> Answer:
    """Open the form, with a summary of what is open."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        form = _form(tx, person, person)
    context.open_modal(command.trigger_id, form)
    return Answer()


def ask_for(action: Action, context: Context) -> None:
    """Open the form for somebody whose account was deactivated."""
    with context.reading() as tx:
        person = access.require_manager(tx, context)
        form = _form(tx, person, people.by_id(tx, number_of(action.value)))
    context.open_modal(action.trigger_id, form)


def submit(submission: Submission, context: Context) -> Answer:
    """Pass everything on that the colleague may see, and say what was passed on."""
    kept = json.loads(submission.metadata or "{}")
    giver_id = submission.text("giver") or str(kept.get("giver", ""))
    taker_id = submission.text("taker")
    if not taker_id or taker_id == giver_id:
        return Answer(errors={"taker": "Please choose a colleague."})
    people_handler.learn_now(context, [taker_id])
    with context.writing() as tx:
        person = access.require_member(tx, context)
        giver, taker = people.get(tx, giver_id), people.get(tx, taker_id)
        if giver.id != person.id and not access.is_manager(person):
            raise NotAllowed("Owners and managers hand over the work of others.")
        if roles.why_barred(taker) is not None:
            raise FieldErrors({"taker": "Please choose a full member of this workspace."})
        until = _until(submission.text("until"), local_day(tx.now, person.timezone))
        moved, stays = _pass_on(tx, giver, taker)
        handovers.record(tx, giver, taker, person.id, until, moved)
        tx.session.flush()
        summary = _summary(tx, moved, taker, stays)
        said = view.passed(_name(giver), _name(taker), until, summary)
        for one in {giver.slack_user_id, taker.slack_user_id} - {person.slack_user_id}:
            outbox.direct(tx, f"{tx.delivery}:handover:{one}", one, {"text": said})
        return context.settle(tx, Answer(view=view.done(said)))


def return_due(context: Context) -> None:
    """Give back what was passed on until a day that is over (every hour)."""
    with context.reading() as tx:
        due = handovers.to_return(tx, (tx.now + dt.timedelta(days=1)).date())
    for number in due:
        with context.writing() as tx:
            known = handovers.lock(tx, number)
            if known is None or known.until is None:
                continue
            giver, taker = people.by_id(tx, known.giver_id), people.by_id(tx, known.taker_id)
            if local_day(tx.now, giver.timezone) <= known.until:
                continue
            known.returned_at = tx.now
            tx.session.add(known)
            if roles.why_barred(giver) is not None:
                continue
            work = OpenWork.model_validate(known.moved)
            back, _ = _pass(tx, work, taker, giver)
            said = view.returned(_name(taker), _name(giver), _summary(tx, back, giver, ()))
            for one in (giver.slack_user_id, taker.slack_user_id):
                outbox.direct(tx, f"returned:{number}:{one}", one, {"text": said})


def offer(payload: dict[str, Any], context: Context) -> None:
    """Ask owners who takes on the work of somebody who was deactivated (job)."""
    with context.writing() as tx:
        left = people.by_id(tx, int(payload["person_id"]))
        work = handovers.open_work(tx, left.id or 0)
        if work.is_nothing or not left.is_deleted:
            return
        message = view.offer(_name(left), left.id or 0, _summary(tx, work, None, ())).payload()
        for owner in people.with_role(tx, roles.Role.OWNER):
            key = f"handover-offer:{left.id}:{owner.id}:{payload['at']}"
            outbox.direct(tx, key, owner.slack_user_id, message)


def _pass_on(tx: Transaction, giver: Person, taker: Person) -> tuple[OpenWork, tuple[str, ...]]:
    """Pass on what the colleague may see; gives that, and what stays, in words."""
    everything = handovers.open_work(tx, giver.id or 0)
    seen = handovers.open_work(tx, giver.id or 0, brands.hidden_from(tx, taker.id))
    hidden = sum(map(len, everything.model_dump().values())) - sum(
        map(len, seen.model_dump().values())
    )
    moved, stays = _pass(tx, seen, giver, taker)
    if hidden:
        things = counted(hidden, "thing of a limited brand stays", "things of limited brands stay")
        stays = (*stays, f"{things}: {_name(taker)} is not named on it.")
    return moved, stays


def _pass(
    tx: Transaction, work: OpenWork, giver: Person, taker: Person
) -> tuple[OpenWork, tuple[str, ...]]:
    votes, asked, stays = [], [], []
    for number in sorted({*work.votes, *work.shortlists}):
        known = shortlists.lock(tx, number)
        if known is None or known.state != shortlists.OPEN:
            continue
        if number in work.shortlists and known.asker_id == giver.id:
            known.asker_id = taker.id or 0
            tx.session.add(known)
            audit.record(tx, "hand over", "shortlist", number,
                         before={"asker": giver.id}, after={"asker": taker.id})  # fmt: skip
            asked.append(number)
        if number in work.votes:
            if _pass_vote(tx, known, giver, taker):
                votes.append(number)
            else:
                stays.append(
                    f"{known.name}: {_name(taker)} decides on it already, and without "
                    f"{_name(giver)} its quorum of {known.quorum} can't be reached."
                )
    schedules: tuple[int, ...] = ()
    if access.is_manager(taker):
        schedules = handovers.pass_digests(tx, work.digests, giver.id, taker)
    elif work.digests:
        count = counted(len(work.digests), "digest stays", "digests stay")
        stays.append(f"{count}: owners and managers have digests, and {_name(taker)} is neither.")
    moved = OpenWork(
        partnerships=handovers.pass_partnerships(tx, work.partnerships, giver.id, taker),
        votes=tuple(votes),
        shortlists=tuple(asked),
        creators=handovers.pass_creators(tx, work.creators, giver.id, taker),
        digests=schedules,
    )
    return moved, tuple(stays)


def _pass_vote(tx: Transaction, known: Shortlist, giver: Person, taker: Person) -> bool:
    """Name the colleague in the place of the approver; False where too few would be left."""
    number = shortlists.number_of(known)
    before = [one.slack_user_id for one in shortlists.approvers(tx, number)]
    after = list(
        dict.fromkeys(taker.slack_user_id if one == giver.slack_user_id else one for one in before)
    )
    if len(after) < known.quorum or giver.slack_user_id not in before:
        return False
    voting.recount(tx, known, tuple(after), known.quorum)
    audit.record(tx, "change approvers", "shortlist", number,
                 before={"approvers": before}, after={"approvers": after})  # fmt: skip
    return True


def _summary(
    tx: Transaction, work: OpenWork, reader: Person | None, stays: tuple[str, ...]
) -> view.Summary:
    """How much there is, with the dates that come first for whoever has it now."""
    dates: list[str] = []
    if reader is not None:
        today = local_day(tx.now, reader.timezone)
        hidden = brands.hidden_from(tx, reader.id)
        dates = [
            f"{one.who}, {one.title}: {due.what} ({due.on.isoformat()})"
            for one in due_dates.of_owner(tx, reader.id or 0, hidden, today)
            for due in one.due
            if one.partnership_id in work.partnerships
        ]
    return view.Summary(
        partnerships=len(work.partnerships),
        votes=len(work.votes),
        shortlists=len(work.shortlists),
        creators=len(work.creators),
        digests=len(work.digests),
        overdue=tuple(dates[:MOST_DATES]),
        stays=stays,
    )


def _form(tx: Transaction, person: Person, giver: Person) -> dict[str, Any]:
    work = handovers.open_work(tx, giver.id or 0)
    summary = _summary(tx, work, None, ())
    return view.form(
        giver.slack_user_id,
        f"{_name(giver)} has open: {summary.words}.",
        for_others=access.is_manager(person),
        kept={"giver": giver.slack_user_id},
    )


def _until(text: str, today: dt.date) -> dt.date | None:
    if not text:
        return None
    try:
        day = chosen_day(text)
    except ValueError:
        raise FieldErrors({"until": NO_DAY}) from None
    if day < today:
        raise FieldErrors({"until": "That day is over. Leave it empty for good."})
    return day


def _name(person: Person) -> str:
    return person.name or person.real_name or "somebody"


FEATURE = Feature(
    commands={"handover": ask},
    actions={"handover_offer": ask_for},
    submissions={"handover_form": submit},
    jobs={"handover.offer": offer},
    hourly=(return_due,),
)
