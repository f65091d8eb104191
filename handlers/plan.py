"""`/influencer plan`: the set of creators that brings the most for a brief's budget."""

from typing import Any

from domain import roles
from domain.brief import Found as Matched
from domain.plan import Unsolved
from domain.plan_budget import Rest, rest_of
from domain.plan_form import PlanAsk, aim_of, read_ask
from domain.plan_found import found
from handlers import access, planning
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Command, Submission
from handlers.shortlist import shortlist_value
from sources.solving import best_sets
from storage import audit, briefs, jobs, outbox, people, preferences
from storage import planning as planned
from storage.models import Brief, Person
from storage.transaction import Transaction
from views import plan as view
from views.message import Message

GONE = "This brief is no longer there, or you no longer see it."
NO_BRIEF = "There are no briefs yet. `/influencer brief` writes one; then I can plan for it."
FIELDS = ("aim", "budget", "deliverables", "most", "mix", "per_niche", "among")


def plan(command: Command, context: Context) -> Answer:
    """Open the modal for the brief that was named, or ask which one is meant."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        hidden = access.hidden_brands(tx, person)
        names = briefs.names(tx, hidden)
        if not names:
            raise Refused(NO_BRIEF)
        match = briefs.find_by_part(tx, command.text, hidden)
        if match.found is not Matched.ONE:
            asked = [(str(number), names[number]) for number in match.brief_ids]
            return Answer(message=view.choose(command.text, asked))
        shown = _form(tx, person, match.brief_ids[0])
    context.open_modal(command.trigger_id, shown)
    return Answer()


def press_choice(action: Action, context: Context) -> None:
    """Open the modal for the brief that was chosen."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        shown = _form(tx, person, _number(action.value))
    context.open_modal(action.trigger_id, shown)


def submit(submission: Submission, context: Context) -> Answer:
    """Have the plan worked out."""
    typed = {name: submission.text(name) for name in FIELDS}
    with context.writing() as tx:
        person = access.require_member(tx, context)
        brief = _brief(tx, person, _number(submission.metadata))
        currency = brief.currency or preferences.current(tx).currency
        asked = read_ask(typed, submission.chosen("platforms"), currency)
        if not isinstance(asked, PlanAsk):
            return context.settle(tx, Answer(errors=asked))
        payload = {
            "brief": brief.id, "user": person.slack_user_id, "ask": asked.model_dump(mode="json"),
        }  # fmt: skip
        jobs.add(tx, "plan.solve", f"plan:{context.delivery}", payload)
        audit.record(tx, "plan", "brief", brief.id or 0, after=asked.model_dump(mode="json"))
        return context.settle(tx, Answer(clear=True))


def solve(payload: dict[str, Any], context: Context) -> None:
    """Work a plan out and send it to who asked (job `plan.solve`)."""
    asked = PlanAsk.model_validate(payload["ask"])
    with context.reading() as tx:
        person = people.find(tx, payload["user"])
        if person is None or roles.why_barred(person):
            return
        number = person.id or 0
        brief = briefs.get(tx, payload["brief"], access.hidden_brands(tx, person))
    drawn = Message(text=GONE) if brief is None else _worked_out(context, asked, brief, number)
    with context.writing() as tx:
        outbox.direct(tx, f"plan:{payload['job_id']}", payload["user"], drawn.payload())


def given_up(payload: dict[str, Any], context: Context) -> None:
    """Say that no plan comes."""
    with context.writing() as tx:
        key = f"plan-failed:{payload['job_id']}"
        outbox.direct(tx, key, payload["user"], Message(text=view.FAILED).payload())


def _worked_out(context: Context, asked: PlanAsk, brief: Brief, person_id: int) -> Message:
    gathered = planning.gather(context, asked, brief.id or 0, person_id)
    if gathered is None:
        return Message(text=GONE)
    shown = view.PlanView(
        brief=brief.name,
        ask=asked,
        looked_at=gathered.looked_at,
        matched=gathered.matched,
        possible=len(gathered.picks),
        left=gathered.left,
        left_out=gathered.left_out,
    )
    if not gathered.picks:
        return view.nobody(shown)
    try:
        answers = best_sets([one.candidate for one in gathered.picks], asked.limits)
    except Unsolved:
        return view.unsolved(shown)
    if answers.best is None:
        in_the_way = tuple(planning.wishes_in_words(asked, answers.in_the_way))
        cheapest = min(gathered.picks, key=lambda one: one.cost.minor)
        return view.infeasible(shown, in_the_way, cheapest)
    made = found(gathered.picks, answers, gathered.shared, asked.aim.value)
    value = shortlist_value(brief.id, [one.profile_id for one in made.picks])
    return view.message(shown, made, value)


def _form(tx: Transaction, person: Person, brief_id: int) -> dict[str, Any]:
    brief = _brief(tx, person, brief_id)
    content, budget = briefs.content(brief), briefs.budget(brief)
    spent = list(planned.agreed(tx, brief_id).values())
    rest = rest_of(budget, spent, preferences.current(tx)) if budget else Rest(left=None)
    return view.form(
        str(brief.id),
        brief.name,
        aim=aim_of(briefs.goal(brief)),
        budget=rest.left,
        rest=rest.said,
        deliverables=content.deliverables,
        platforms=content.platforms,
    )


def _brief(tx: Transaction, person: Person, brief_id: int) -> Brief:
    brief = briefs.get(tx, brief_id, access.hidden_brands(tx, person))
    if brief is None:
        raise Refused(GONE)
    return brief


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() else 0


FEATURE = Feature(
    commands={"plan": plan},
    actions={"plan_choose": press_choice},
    submissions={"plan": submit},
    jobs={"plan.solve": solve},
    failures={"plan.solve": given_up},
)
