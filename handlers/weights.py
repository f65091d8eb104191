"""`/influencer weights`: new weights of the fit from what worked, for an owner to accept."""

from typing import Any

from domain.fit import Weights
from domain.fit_learning import LEAST_FINISHED, Evidence, adjusted, propose
from domain.part import PartName
from domain.roles import Role
from domain.wording import counted
from handlers import access
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Command
from storage import brands, jobs, nudges, outbox, people, weight_changes
from storage.models import Person, WeightChange
from storage.transaction import Transaction
from views import weights as view
from views.message import Message
from views.weights import WeightLine, WeightsView

JOB = "weights.look"
A_STEP = 5
"""It is looked anew after so many more finished partnerships."""
GONE = "These weights are decided already. `/influencer weights` shows how it stands."


def show(_command: Command, context: Context) -> Answer:
    """The weights, and new ones that are proposed."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        return Answer(message=_drawn(tx, person))


def accept(action: Action, context: Context) -> Answer | None:
    """An owner takes the new weights."""
    with context.writing() as tx:
        person, row = _waiting(tx, context, action)
        weight_changes.accept(tx, row, person.id)
        _redraw(tx, person, action, "✅ The fit is computed with the new weights from now on.")
    return None


def keep(action: Action, context: Context) -> Answer | None:
    """An owner leaves the weights as they are."""
    with context.writing() as tx:
        person, row = _waiting(tx, context, action)
        weight_changes.decline(tx, row, person.id)
        _redraw(tx, person, action, "The weights stay as they are.")
    return None


def go_back(action: Action, context: Context) -> Answer | None:
    """An owner takes accepted weights back."""
    with context.writing() as tx:
        person = access.require_owner(tx, context)
        row = weight_changes.get(tx, _number(action.value))
        newest = weight_changes.accepted(tx)
        if row is None or newest is None or row.id != newest.id:
            raise Refused(GONE)
        weight_changes.take_back(tx, row, person.id)
        _redraw(tx, person, action, "✅ The weights are again what they were before.")
    return None


def look(context: Context) -> None:
    """Every hour: a job where enough partnerships were finished since it was last looked."""
    with context.reading() as tx:
        count = weight_changes.count_finished(tx, brands.hidden_from(tx, None))
    if count >= LEAST_FINISHED:
        with context.writing() as tx:
            jobs.add(tx, JOB, f"{JOB}:{count // A_STEP}")


def learn(_payload: dict[str, Any], context: Context) -> None:
    """Job: look whether other weights tell better what works; owners are told of them once."""
    with context.reading() as tx:
        known = weight_changes.finished(tx, brands.hidden_from(tx, None))
        present = weight_changes.in_use(tx)
    proposal = propose(known, present)
    if proposal is None:
        return
    with context.writing() as tx:
        if weight_changes.in_use(tx) != present:
            return
        row = weight_changes.add(tx, proposal, present)
        known_words = counted(len(known), "finished partnership")
        text = f"New weights of the fit are proposed from {known_words}: `/influencer weights`"
        for owner in people.with_role(tx, Role.OWNER):
            nudges.add(tx, owner.id or 0, f"weights:{row.id}", text)


def _drawn(tx: Transaction, person: Person, note: str = "") -> Message:
    row, used = weight_changes.waiting(tx), weight_changes.accepted(tx)
    present = adjusted(Weights(), weight_changes.in_use(tx))
    proposed = adjusted(Weights(), weight_changes.factors_of(row.after)) if row else present
    by = people.by_ids(tx, {used.decided_by}) if used and used.decided_by else {}
    return view.message(
        WeightsView(
            lines=tuple(
                WeightLine(name=part.value, now=present.of(part), proposed=proposed.of(part))
                for part in PartName
            ),
            change_id=row.id if row else None,
            evidence=_evidence(row) if row else (),
            may_decide=access.is_owner(person),
            accepted_id=used.id if used else None,
            accepted_by=next((one.name for one in by.values()), ""),
            finished=weight_changes.count_finished(tx, brands.hidden_from(tx, None)),
            least=LEAST_FINISHED,
            note=note,
        )
    )


def _evidence(row: WeightChange) -> tuple[str, ...]:
    known = Evidence.model_validate(row.evidence)
    return (
        f"Learned from {counted(known.partnerships, 'finished partnership')}: which parts of the "
        "fit were high, when each was decided on, for those that brought most for their cost.",
        f"On partnerships they were not learned from, they put {100 * known.proposed:.0f} % of "
        f"{known.pairs:,} pairs in the right order; the present weights "
        f"{100 * known.present:.0f} %.",
    )


def _redraw(tx: Transaction, person: Person, action: Action, note: str) -> None:
    message = {"replace_original": True, **_drawn(tx, person, note).payload()}
    outbox.respond(tx, f"weights:{tx.delivery}", action.response_url, message)


def _waiting(tx: Transaction, context: Context, action: Action) -> tuple[Person, WeightChange]:
    person = access.require_owner(tx, context)
    row = weight_changes.get(tx, _number(action.value))
    if row is None or row.state != weight_changes.PROPOSED:
        raise Refused(GONE)
    return person, row


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


FEATURE = Feature(
    commands={"weights": show},
    actions={"weights_accept": accept, "weights_keep": keep, "weights_back": go_back},
    jobs={JOB: learn},
    hourly=(look,),
)
