"""Drafts of partnerships: put before the approvers on a card, version by version."""

from dataclasses import dataclass
from typing import Any

from domain.creator import ProfileSnapshot
from domain.disclosure import Verdict, check
from domain.draft_review import (
    LARGEST_FILE,
    NOTHING,
    TOO_LARGE,
    NotADraft,
    read_link,
    stage_in_review,
)
from domain.fit import Fit
from domain.partnership import Stage
from handlers import (
    access,
    audience,
    channels,
    draft_files,
    draft_steps,
    drawing,
    forecasting,
    outside_preview,
    partners,
    posting,
)
from handlers import people as people_handler
from handlers.answer import Answer, FieldErrors, Refused
from handlers.cards import take_off
from handlers.channels import QuickLook
from handlers.context import Context
from handlers.features import Feature
from handlers.partnership_forms import kept_with, label_of, number_of
from handlers.payloads import Action, Submission
from handlers.shortlist_form import check_quorum
from storage import approvals, audit, briefs, cards, drafts, people, profiles, shortlists
from storage.models import Card, Draft, Partnership, Person, Shortlist
from storage.transaction import Transaction
from views import draft as view
from views.draft import DraftForm
from views.message import Message
from views.partner_board import board_state

NEWER = "Somebody added a version meanwhile. Please look at it first."
NO_ACCOUNT = "This creator has no profile any more, so there is no card to post."


@dataclass(frozen=True)
class Asked:
    """What the form says. file: Slack's, None = none was given."""

    link: str
    file: dict[str, Any] | None
    caption: str
    channel: str
    approvers: tuple[str, ...]
    quorum: str


def ask(action: Action, context: Context) -> None:
    """Open the form for the next version; on top of a modal where it was pressed in one."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        row = partners.visible(tx, person, action.value)
        form = _form(tx, row, action)
    if action.view.get("type") == "modal":
        context.push_modal(action.trigger_id, form)
    else:
        context.open_modal(action.trigger_id, form)


def submit(submission: Submission, context: Context) -> Answer:
    """Post the draft's card; an older version that is still open is withdrawn."""
    asked = _read(submission)
    errors = _errors(asked)
    seen = channels.UNSEEN
    if not errors:
        people_handler.learn_now(context, asked.approvers)
        seen = channels.look(asked.channel, context)
        if seen.problem:
            errors["channel"] = seen.problem
    if errors:
        return Answer(errors=errors)
    kept = kept_with(submission)
    if seen.has_outsiders:
        first = outside_preview.ask_first(
            submission, context, asked.channel, asked,
            lambda tx: _preview(tx, _store(tx, context, kept, asked, seen)[0]),
        )  # fmt: skip
        if first is not None:
            return first
    with context.writing() as tx:
        draft, label, said = _store(tx, context, kept, asked, seen)
        done = view.posted(label, draft.version, asked.channel, said)
        return context.settle(tx, Answer(view=done))


def _store(
    tx: Transaction, context: Context, kept: dict[str, Any], asked: Asked, seen: QuickLook
) -> tuple[Draft, str, str]:
    """Put the version before the approvers; gives it, whose it is, what is said of the stage."""
    person = access.require_member(tx, context)
    why = posting.why_not_approvers(tx, asked.approvers)
    if why:
        raise FieldErrors({"approvers": why})
    number = number_of(str(kept.get("partnership", "")))
    for card_id in drafts.undecided_cards(tx, number):  # locked before the partnership
        _withdraw(tx, card_id)
    row = partners.visible(tx, person, str(number))
    if len(drafts.of_partnership(tx, number)) != kept.get("versions"):
        raise FieldErrors({"link": NEWER})
    label = label_of(tx, {"creator": row.creator_id, "profile": row.profile_id})
    said = _review(tx, person, row)
    draft = _post(tx, person, row, asked, seen, label)
    url = str(kept.get("url", ""))
    partners.redraw(tx, person, url, kept.get("asked") or {}, said)
    return draft, label, said


def _preview(tx: Transaction, draft: Draft) -> list[Message]:
    card = cards.get(tx, draft.card_id or 0)
    shortlist = shortlists.get(tx, card.shortlist_id) if card else None
    return [drawing.message_of(tx, card, shortlist)] if card and shortlist else []


def _form(tx: Transaction, row: Partnership, action: Action) -> dict[str, Any]:
    before = drafts.with_cards(tx, row.id or 0)
    known = shortlists.get(tx, before[-1][1].shortlist_id) if before else None
    team = cards.get(tx, row.card_id) if row.card_id else None
    known = known or (shortlists.get(tx, team.shortlist_id) if team else None)
    named = shortlists.approvers(tx, shortlists.number_of(known)) if known else []
    versions = len(drafts.of_partnership(tx, row.id or 0))
    kept: dict[str, Any] = {"partnership": row.id, "versions": versions}
    if action.response_url and action.block_id.partition(":")[0] == str(row.id):
        kept |= {"url": action.response_url, "asked": board_state(action.block_id)}
    return view.form(
        DraftForm(
            handle=label_of(tx, {"creator": row.creator_id, "profile": row.profile_id}),
            version=versions + 1,
            channel=known.channel_id if known else None,
            approvers=tuple(person.slack_user_id for person in named),
            quorum=str(known.quorum) if known else "1",
            kept=kept,
        )
    )


def _read(submission: Submission) -> Asked:
    files = submission.files("file")
    return Asked(
        link=submission.text("link").strip(),
        file=files[0] if files else None,
        caption=submission.text("caption").strip(),
        channel=submission.text("channel"),
        approvers=tuple(dict.fromkeys(submission.chosen("approvers"))),
        quorum=submission.text("quorum").strip(),
    )


def _errors(asked: Asked) -> dict[str, str]:
    errors = check_quorum(asked.quorum, asked.approvers)
    try:
        read_link(asked.link)
    except NotADraft as problem:
        errors["link"] = str(problem)
    if not asked.link and asked.file is None:
        errors["link"] = NOTHING
    if asked.file is not None and int(asked.file.get("size") or 0) > LARGEST_FILE:
        errors["file"] = TOO_LARGE
    if not asked.channel:
        errors["channel"] = "Please choose a channel."
    return errors


def _review(tx: Transaction, person: Person, row: Partnership) -> str:
    """Move the partnership to where its drafts are reviewed; gives what is said of it."""
    before = Stage(row.stage)
    try:
        after = stage_in_review(before, draft_steps.plan_of(tx, row).skipped)
    except NotADraft as problem:
        raise Refused(str(problem)) from problem
    if after == before:
        return ""
    line = partners.line(tx, person, row)
    approvals.move(tx, row, after, person.id)
    forecasting.when_moved(tx, row)
    return partners.moved(line, before, after)


def _post(
    tx: Transaction, person: Person, row: Partnership, asked: Asked, seen: QuickLook, label: str
) -> Draft:
    brief = briefs.get(tx, row.brief_id) if row.brief_id else None
    version = len(drafts.of_partnership(tx, row.id or 0)) + 1
    named = [people.get(tx, slack_id) for slack_id in asked.approvers]
    for one in named:
        access.ask_slack(tx, one)
    shortlist = shortlists.create(
        tx,
        Shortlist(
            workspace_id=tx.workspace_id,
            brief_id=row.brief_id,
            brand_id=row.brand_id,
            brief_version=brief.version if brief else 1,
            name=f"{brief.name if brief else 'No brief'}: draft {version} of {label}",
            channel_id=asked.channel,
            has_outsiders=seen.has_outsiders,
            in_thread=False,
            quorum=int(asked.quorum),
            asker_id=row.owner_id or person.id or 0,
            kind=shortlists.DRAFT,
            created_at=tx.now,
        ),
        [one.id for one in named if one.id is not None],
    )
    card = _card(tx, row, shortlist)
    draft = drafts.add(
        tx,
        Draft(
            workspace_id=tx.workspace_id,
            partnership_id=row.id or 0,
            card_id=card.id,
            link=read_link(asked.link),
            file_id=str(asked.file["id"]) if asked.file else "",
            file_name=str(asked.file.get("name") or "file") if asked.file else "",
            caption=asked.caption,
            disclosed=_disclosed(asked.caption, card),
            person_id=person.id,
            created_at=tx.now,
        ),
    )
    drawing.post_card(tx, card, shortlist)
    drawing.seed_card(tx, card, shortlist)
    if seen.has_outsiders is None:
        audience.ask_later(tx, asked.channel)
    if draft.file_id:
        draft_files.order(tx, draft)
    draft_steps.note(tx, row, f"version {draft.version} put before the approvers")
    audit.record(tx, "create", "draft", draft.id or 0,
                 after={"partnership": row.id, "version": draft.version,
                        "link": draft.link, "file": draft.file_name})  # fmt: skip
    return draft


def _card(tx: Transaction, row: Partnership, shortlist: Shortlist) -> Card:
    known = profiles.of_creator(tx, row.creator_id)
    profile = next((one for one in known if one.id == row.profile_id), known[0] if known else None)
    if profile is None:
        raise Refused(NO_ACCOUNT)
    snapshot = profiles.current(tx, [profile.id or 0])[profile.id or 0].snapshot
    return cards.add(
        tx,
        Card(
            workspace_id=tx.workspace_id,
            shortlist_id=shortlists.number_of(shortlist),
            creator_id=row.creator_id,
            profile_id=profile.id or 0,
            fit=Fit(parts=()).model_dump(mode="json"),
            profile=posting.kept(snapshot),
            brief_version=shortlist.brief_version,
            created_at=tx.now,
        ),
    )


def _disclosed(caption: str, card: Card) -> bool | None:
    if not caption:
        return None
    found = check(caption, ProfileSnapshot.model_validate(card.profile).platform)
    return None if found.verdict is Verdict.UNKNOWN else found.verdict is Verdict.DISCLOSED


def _withdraw(tx: Transaction, card_id: int) -> None:
    locked = cards.lock(tx, card_id)
    if locked is not None:
        take_off(tx, locked)
        locked.shortlist.state = shortlists.CANCELLED
        tx.session.add(locked.shortlist)


FEATURE = Feature(actions={"draft_new": ask}, submissions={"draft_form": submit})
