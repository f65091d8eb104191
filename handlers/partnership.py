"""`/influencer log`: what came of working with a creator, in one short form and three others."""

from domain.post_link import links_in
from handlers import access, codes, naming, outreach, partners, post_adding
from handlers.answer import Answer, FieldErrors, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.partnership_forms import (
    KNOWN,
    NEW,
    NO_CREATOR,
    hub,
    kept_with,
    label_of,
    number_of,
    overview_of,
    results_form,
    stage_form,
    terms_form,
)
from handlers.partnership_lines import line_of, today_of
from handlers.payloads import Action, Command, Submission
from storage import profiles
from views import partnership as view


def log(command: Command, context: Context) -> Answer:
    """Open the form for a creator, or for the posts that are linked to.

    Without a name, or with "list", list the partnerships.
    """
    asked = command.text.strip()
    if links_in(asked):
        post_adding.open_for(asked, command.trigger_id, command.response_url, context)
        return Answer()
    if not asked or asked.lower() == "list":
        return partners.list_partners(
            Command("", command.channel_id, command.trigger_id, command.response_url), context
        )
    with context.reading() as tx:
        person = access.require_member(tx, context)
        meant = naming.meant(tx, asked)
        question = naming.question(meant, "log_profile")
        if question is not None:
            return Answer(message=question)
        form = hub(tx, person, meant.found[0].creator_id, meant.found[0].id)
    context.open_modal(command.trigger_id, form)
    return Answer()


def press_partnership(action: Action, context: Context) -> None:
    """Open the form for a partnership."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        row = partners.visible(tx, person, action.value)
        form = hub(tx, person, row.creator_id, row.profile_id, row)
    context.open_modal(action.trigger_id, form)


def press_creator(action: Action, context: Context) -> None:
    """Open the form for a creator."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        form = hub(tx, person, number_of(action.value), None)
    context.open_modal(action.trigger_id, form)


def press_profile(action: Action, context: Context) -> None:
    """Open the form for the creator of a profile."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        known = profiles.current(tx, [number_of(action.value)])
        if not known:
            raise Refused(NO_CREATOR)
        profile = next(iter(known.values())).profile
        form = hub(tx, person, profile.creator_id, profile.id)
    context.open_modal(action.trigger_id, form)


def log_from_details(submission: Submission, context: Context) -> Answer:
    """From a partnership in full on to its form."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        row = partners.visible(tx, person, str(kept_with(submission).get("partnership", "")))
        return Answer(view=hub(tx, person, row.creator_id, row.profile_id, row))


def choose(submission: Submission, context: Context) -> Answer:
    """On to the form of what was chosen, for the partnership that was chosen."""
    kept, what = kept_with(submission), submission.text("what")
    kind, _, number = submission.text("partnership").partition(":")
    with context.reading() as tx:
        person = access.require_member(tx, context)
        row = partners.visible(tx, person, number) if kind == KNOWN else None
        kept |= {"partnership": row.id if row else 0}
        kept |= {"brief": number_of(number) if kind == NEW else 0}
        label = label_of(tx, kept)
        if what == "codes":
            if row is None:
                raise FieldErrors({"partnership": "Begin it first: log its stage."})
            return Answer(view=codes.drawn(tx, context, row))
        if what == view.WRITE[0]:
            if row is None:
                raise FieldErrors({"partnership": "Begin it first: log its stage."})
            return Answer(view=outreach.text_for(tx, context, person, row))
        if what == "results":
            return Answer(view=results_form(tx, context, person, label, row, kept))
        if what == "terms":
            return Answer(view=terms_form(tx, person, label, row, kept))
        if what == "feedback":
            line = line_of(overview_of(tx, row), today_of(tx, person)) if row else None
            return Answer(view=view.feedback_form(label, line, kept))
        return Answer(view=stage_form(tx, context, person, label, row, kept))


FEATURE = Feature(
    commands={"log": log},
    actions={
        "log": press_partnership,
        "log_creator": press_creator,
        "log_profile": press_profile,
    },
    submissions={
        "log_choose": choose,
        "partner_log": log_from_details,
    },
)
