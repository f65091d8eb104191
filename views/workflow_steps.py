"""What a step of a workflow posts, and what it says where it could not be done."""

from collections.abc import Sequence

from views import results
from views.elements import clean, escape
from views.message import Message
from views.results import Results
from views.written_blocks import actions, button, section

A_WORKFLOW = "A workflow"
LONGEST_SHOWN = 60
NO_WORDS = (
    "There is nothing to search for. Give this step the words that you would type after "
    "/influencer find, such as: skincare micro."
)
NO_PLACE = (
    "Nobody started this workflow in person, so there is nobody to answer. Choose a channel for "
    "the list in the step's settings."
)
NOBODY_ACTS = (
    "A suggestion needs somebody who makes it, and nobody started this workflow in person. Let it "
    "start from a link or a form, or put a message with a button before this step."
)
NO_CREATOR = "There is no creator to suggest. Give this step a handle, a link or a name."
NOT_POSTED = (
    "Slack did not take the message for that channel. See whether the channel is still there and "
    "the app is in it, then run the workflow again."
)
UNKNOWN_STEP = (
    "The app does not know this step. Whoever runs the bot may have to bring it up to date; or "
    "take the step out of the workflow and add it anew."
)
BROKEN = (
    "That did not work, and it is our mistake. Please run the workflow again; if it happens again, "
    "tell whoever runs the bot."
)
READ_OUTSIDE = (
    "People from outside read that channel. What they will read is for a person to look at first: "
    "use /influencer shortlist add there, or choose another channel for this step."
)
NO_APPROVERS = (
    "Nobody approved anything for this brief before, so it is not clear who should. Name approvers "
    "in the step's settings."
)


def list_found(view: Results, starter: str, *, outsiders: bool) -> Message:
    """The list for everybody in a channel. starter: who started the workflow, "" for nobody."""
    shown = results.posted(view, _started_by(starter))
    free = [str(line.profile_id) for line in view.lines if not line.blocked]
    if outsiders or not free:
        return shown
    value = f"{view.brief_id or ''}|{','.join(free)}"
    row = actions(button("Shortlist these", "shortlist:these", value))
    return shown.model_copy(update={"blocks": [*(shown.blocks or []), row]})


def nobody_found(said: str, starter: str) -> Message:
    """That a search finds nobody; for a channel, where somebody expects a list."""
    text = f"{_started_by(starter)} searched for {escape(said, 600)}: no creator matches."
    return Message(text=text, blocks=[section(text)])


def no_brief(asked: str, names: Sequence[str], *, several: bool) -> str:
    """That a brief was not found, or may be one of several; names: of those that it may be."""
    choices = _either([f"“{_short(name)}”" for name in names])
    if not asked:
        return "No brief is named. Give this step the name of a brief."
    if several:
        return f"“{_short(asked)}” may be the brief {choices}. Put more of its name into the step."
    there = f" Briefs that can be used: {choices}." if choices else ""
    return (
        f"There is no brief “{_short(asked)}” that everybody here may see; a workflow can't use "
        f"briefs of brands that are limited to named people.{there}"
    )


def unclear_creator(asked: str, near: Sequence[str], *, known: bool, colleague: str | None) -> str:
    """That it is not clear who is meant. near: who may be, as they can be typed.

    known: whether several have that handle. colleague: whom of the team Slack took it for.
    """
    choices = _either(near)
    if colleague is not None:
        hint = choices or "their handle after the platform, such as instagram:anna"
        return f"{_short(colleague)} is somebody of your team. If you mean a creator, write {hint}."
    if known:
        return f"“{_short(asked)}” may be {choices}. Put one of these into the step."
    hint = f" Do you mean {choices}?" if choices else ""
    return (
        f"“{_short(asked)}” is not in your list.{hint} Import them, or look them up with "
        "/influencer look, then run the workflow again."
    )


def no_channel(brief: str) -> str:
    """That nothing is open for a brief to add to, and no channel was chosen."""
    return (
        f"No shortlist for “{_short(brief)}” is open. Choose a channel in the step's settings, and "
        "a new one is posted there."
    )


def suggested(handle: str, brief: str) -> str:
    """What came of a suggestion, for the steps that follow."""
    return f"{_short(handle)} is on the shortlist for {_short(brief)}, and waits for approval."


def not_suggested(handle: str, brief: str) -> str:
    """As above, of somebody who was left out; why is for the team alone."""
    return (
        f"{_short(handle)} was not added: they were on a shortlist for {_short(brief)} before, or "
        "may not be put on one now."
    )


def _either(names: Sequence[str]) -> str:
    *others, last = [_short(one) for one in names] or [""]
    return f"{', '.join(others)} or {last}" if others else last


def _started_by(starter: str) -> str:
    return f"{A_WORKFLOW} that {escape(starter, LONGEST_SHOWN)} started" if starter else A_WORKFLOW


def _short(text: str) -> str:
    return clean(text, LONGEST_SHOWN)
