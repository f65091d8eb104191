"""What people log of a partnership, stored: stage, posts, cost, results, feedback."""

from typing import Any

from domain import roles
from domain.agreement import Terms
from domain.agreement_form import TermsForm, read_terms, terms_as_shown
from domain.goal import Goal
from domain.money import format_money
from domain.partnership import Stage, may_move, refused_move
from domain.partnership_form import PartnershipDraft, PartnershipForm, as_shown, read_form
from domain.post_link import LinkError, read_link
from domain.result_form import AS_OF, fields_for, oddities, read_feedback, read_results
from domain.stage_plan import StagePlan
from domain.wording import counted, listed
from handlers import access, forecasting, partners
from handlers.answer import Answer, FieldErrors
from handlers.cautions import CONTACT
from handlers.context import Context
from handlers.features import Feature
from handlers.partnership_forms import brief_of, hub, kept_with, profile_of
from handlers.partnership_lines import today_of
from handlers.payloads import Submission
from handlers.post_words import before_it_was_live, recorded_words
from storage import (
    partnership_posts,
    partnerships,
    people,
    relationships,
    restrictions,
    results,
    terms,
)
from storage.models import Partnership, Person
from storage.partnership_posts import PostHasResults
from storage.transaction import Transaction
from views import partnership as view
from views.partners import post_name


class _FieldErrors(Exception):
    """Found wrong while storing: nothing is stored, and the sentences go under the fields."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(str(errors))
        self.errors = errors


def submit_stage(submission: Submission, context: Context) -> Answer:
    """Store stage, posts, deliverables, cost and owner."""
    kept = kept_with(submission)
    typed = PartnershipForm(
        **{name: submission.text(name) for name in PartnershipForm.model_fields}
    )
    try:
        with context.writing() as tx:
            person = access.require_member(tx, context)
            draft = read_form(typed, as_shown(kept.get("shown", {})), today_of(tx, person))
            if not isinstance(draft, PartnershipDraft):
                raise _FieldErrors(draft)
            row, new = _begin_or_lock(tx, person, kept, draft.stage or Stage.CONTACTED)
            before = Stage(row.stage)
            if not new:
                _check_move(before, draft.stage)
            _check_contact(tx, person, row, before, draft.stage if not new else before, new=new)
            _hand_over(tx, row, draft.owner)
            partnerships.change(tx, row, draft, person.id)
            forecasting.when_terms_changed(tx, row)
            relationships.refresh(tx, [row.creator_id])
            plan = StagePlan(names=partners.line(tx, person, row).names)
            note = _changes_in_words(draft, None if new else before, plan)
            return _saved(tx, context, person, row, (note,), kept)
    except _FieldErrors as wrong:
        return Answer(errors=wrong.errors)
    except PostHasResults as refused:
        sentence = f"{post_name(refused.url)} has results, so it stays on the record."
        return Answer(errors={"posts": sentence})


def submit_terms(submission: Submission, context: Context) -> Answer:
    """Store deliverables, rights, exclusivity and dates."""
    kept = kept_with(submission)
    typed = TermsForm(**{name: submission.text(name) for name in TermsForm.model_fields})
    with context.writing() as tx:
        person = access.require_member(tx, context)
        today = today_of(tx, person)
        wanted = read_terms(typed, today)
        shown = read_terms(terms_as_shown(kept.get("terms", {})), today)
        if not isinstance(wanted, Terms):
            raise FieldErrors(wanted)
        row, _ = _begin_or_lock(tx, person, kept, Stage.CONTACTED)
        before = shown if isinstance(shown, Terms) else Terms()
        changed = terms.change(tx, row, before, wanted)
        forecasting.when_terms_changed(tx, row)
        words = [_TERMS_WORDS[name] for name in changed]
        note = f"✅ Saved: {listed(words)}." if words else "Nothing was changed."
        return _saved(tx, context, person, row, (note,), kept)


_TERMS_WORDS = {
    "owed": "deliverables",
    "is_paid": "pay",
    "usage_rights": "usage rights",
    "usage_until": "the end of the usage rights",
    "exclusive_of": "exclusivity",
    "exclusive_until": "the end of the exclusivity",
    "follow_up_on": "the day to follow up",
}


def submit_results(submission: Submission, context: Context) -> Answer:
    """Store totals to date; a correction is a new row, a repetition is none."""
    kept = kept_with(submission)
    goal = Goal(kept["goal"]) if kept.get("goal") else None
    first, others = fields_for(goal)
    typed = {name: submission.text(name) for name in (*first, *others, "as_of")}
    try:
        with context.writing() as tx:
            person = access.require_member(tx, context)
            draft = read_results(typed, today_of(tx, person), kept.get("currency"))
            if isinstance(draft, dict):
                raise _FieldErrors(draft)
            row, _ = _begin_or_lock(tx, person, kept, Stage.LIVE)
            post_id = _post(tx, row, submission)
            post = partnership_posts.get(tx, post_id) if post_id else None
            if post is not None and (reason := before_it_was_live(post, draft.as_of)):
                raise _FieldErrors({AS_OF: reason})
            recorded = results.record(tx, row, post_id, draft, person.id)
            relationships.refresh(tx, [row.creator_id])
            notes: tuple[str, ...] = (recorded_words(tx, row, post_id, draft, recorded),)
            odd = oddities(draft.totals)
            if odd:
                notes = (*notes, f"Please check: {'; '.join(odd)}. Kept as you gave them.")
            return _saved(tx, context, person, row, notes, kept)
    except _FieldErrors as wrong:
        return Answer(errors=wrong.errors)


def submit_feedback(submission: Submission, context: Context) -> Answer:
    """Store the audience's feedback."""
    kept = kept_with(submission)
    draft = read_feedback(submission.text("rating"), submission.text("note"))
    if isinstance(draft, dict):
        return Answer(errors=draft)
    with context.writing() as tx:
        person = access.require_member(tx, context)
        row, _ = _begin_or_lock(tx, person, kept, Stage.LIVE)
        stored = results.add_feedback(tx, row, draft, person.id)
        relationships.refresh(tx, [row.creator_id])
        said = "✅ Saved the audience's feedback." if stored else "That is on the record already."
        return _saved(tx, context, person, row, (said,), kept)


def _saved(
    tx: Transaction,
    context: Context,
    person: Person,
    row: Partnership,
    notes: tuple[str, ...],
    kept: dict[str, Any],
) -> Answer:
    """The first form again, with what was saved; the board it was opened from is drawn anew."""
    board = kept.get("board") or {}
    partners.redraw(tx, person, str(board.get("url", "")), board.get("asked", {}))
    shown = hub(tx, person, row.creator_id, row.profile_id, row, notes)
    return context.settle(tx, Answer(view=shown))


def _begin_or_lock(
    tx: Transaction, person: Person, kept: dict[str, Any], stage: Stage
) -> tuple[Partnership, bool]:
    """The partnership, locked; a new one where a new one was chosen."""
    if kept.get("partnership"):
        return partners.visible(tx, person, str(kept["partnership"])), False
    profile = profile_of(tx, kept)
    brief = None
    if kept.get("brief"):
        brief = brief_of(tx, person, kept["brief"])
    return (
        partnerships.create(tx, profile.creator_id, profile.id, brief, person.id, stage),
        True,
    )


def _check_move(before: Stage, after: Stage | None) -> None:
    if after is not None and after != before and not may_move(before, after):
        raise _FieldErrors({"stage": refused_move(before, after)})


def _check_contact(
    tx: Transaction, person: Person, row: Partnership, before: Stage, after: Stage | None,
    *, new: bool,
) -> None:  # fmt: skip
    """Nobody writes to somebody who is blocked; what happened before stays on the record."""
    if after in CONTACT and (new or after != before):
        held = restrictions.in_force(tx, [row.creator_id], today_of(tx, person))
        for one in held.get(row.creator_id, ()):
            raise _FieldErrors({"stage": f"{one.words}. Nobody writes to them now."})


def _hand_over(tx: Transaction, row: Partnership, slack_user_id: str | None) -> None:
    if slack_user_id is None:
        return
    owner = people.get(tx, slack_user_id)
    access.ask_slack(tx, owner)
    if roles.why_barred(owner) is not None:
        raise _FieldErrors({"owner": "The owner must be a full member of this workspace."})
    partnerships.hand_over(tx, row, owner)


def _post(tx: Transaction, row: Partnership, submission: Submission) -> int | None:
    """The post that the figures are of; None: all posts together."""
    link = submission.text("new_post")
    if link.strip():
        try:
            read = read_link(link.strip())
        except LinkError as error:
            raise _FieldErrors({"new_post": str(error)}) from error
        return partnership_posts.add(tx, row, read.url, read.platform).id
    chosen = submission.text("post")
    known = {
        str(post.id): post.id
        for post in partnership_posts.of_partnerships(tx, [row.id or 0])[row.id or 0]
    }
    if chosen in ("", view.ALL_POSTS):
        return None
    if chosen not in known:
        raise _FieldErrors({"post": "This post was taken out meanwhile. Please choose another."})
    return known[chosen]


def _changes_in_words(draft: PartnershipDraft, before: Stage | None, plan: StagePlan) -> str:
    said = []
    if before is None:
        said.append(f"a new partnership, {plan.name(draft.stage or Stage.CONTACTED)}")
    elif draft.stage is not None and draft.stage != before:
        said.append(f"{plan.name(before)} → {plan.name(draft.stage)}")
    for name, money in draft.costs.items():
        words = name.replace("_", " ")
        said.append(f"{words} {format_money(money)}" if money else f"no {words} known")
    if draft.added:
        said.append(f"{counted(len(draft.added), 'post')} added")
    if draft.removed:
        said.append(f"{counted(len(draft.removed), 'post')} taken out")
    if draft.deliverables is not None:
        said.append("notes on deliverables")
    if draft.owner is not None:
        said.append("owner")
    return f"✅ Saved: {listed(said)}." if said else "Nothing was changed."


FEATURE = Feature(
    submissions={
        "log_stage": submit_stage,
        "log_terms": submit_terms,
        "log_results": submit_results,
        "log_feedback": submit_feedback,
    }
)
