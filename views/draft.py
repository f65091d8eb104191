"""Drafts: the form, the card that is voted on, and what is said once it is decided."""

import json
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.disclosure import Disclosure, Verdict
from domain.draft_review import LONGEST_CAPTION, LONGEST_LINK
from domain.shortlist import DECIDED, UNDECIDED, CardState
from views import elements
from views.card import reason_lines, state_line, votes_line
from views.card_view import CardView
from views.creator_facts import linked_handle, plain_handle
from views.elements import actions, button, context, escape, section
from views.message import Blocks, Message

LONGEST_SHOWN = 2_900
FILE_TYPES = (
    "jpg", "jpeg", "png", "gif", "webp", "heic", "mp4", "mov", "m4v", "webm", "mp3", "m4a", "wav",
    "pdf", "docx", "pptx", "txt", "zip",
)  # fmt: skip
NOT_CHECKED = "No caption was given, so whether it discloses advertising could not be checked."


class DraftView(BaseModel):
    """What a draft's card shows beside the votes. disclosure: None where no caption was given."""

    model_config = ConfigDict(frozen=True)

    partnership_id: int
    version: int
    link: str = ""
    file_name: str = ""
    caption: str = ""
    disclosure: Disclosure | None = None


class DraftForm(BaseModel):
    """What the form begins with. version: the one that is added. approvers: Slack ids."""

    model_config = ConfigDict(frozen=True)

    handle: str
    version: int
    channel: str | None = None
    approvers: tuple[str, ...] = ()
    quorum: str = "1"
    kept: dict[str, Any] = {}


def form(shown: DraftForm) -> dict[str, Any]:
    """The modal that puts a draft before the approvers."""
    blocks = [
        elements.plain_section(f"Version {shown.version} of {shown.handle}."),
        elements.text_field(
            "link", "Link to the draft", optional=True, longest=LONGEST_LINK,
            placeholder="https://drive.example/reel-2",
        ),
        elements.file_field("file", "Or the file itself", FILE_TYPES, optional=True),
        elements.text_field(
            "caption", "Caption as it will be published", optional=True, multiline=True,
            longest=LONGEST_CAPTION,
            hint="I check whether its first lines say that it is advertising.",
        ),
        elements.channel_field("channel", "Post in", initial=shown.channel),
        elements.people_field("approvers", "Approvers", initial=shown.approvers),
        elements.number_field("quorum", "Approvals needed", initial=shown.quorum),
    ]  # fmt: skip
    return elements.modal(
        "Review a draft", "draft_form", blocks, submit="Post",
        private_metadata=json.dumps(shown.kept),
    )  # fmt: skip


def posted(handle: str, version: int, channel_id: str, said: str) -> dict[str, Any]:
    """What the form becomes. said: of the stage, mrkdwn; "" = nothing."""
    text = f"✅ Version {version} of {escape(handle, 60)} is in <#{channel_id}> to be voted on."
    blocks = [section(text), *([section(said)] if said else [])]
    return elements.modal("Review a draft", "draft_posted", blocks, close="Done")


def card(view: CardView, draft: DraftView) -> Message:
    """The card as it stands."""
    blocks: Blocks = [
        section(f"*Draft {draft.version}* of {linked_handle(view.profile)} · {escape(view.brief)}"),
        section(_where(draft)),
    ]
    if draft.caption:
        blocks.append(elements.plain_section(elements.cut(draft.caption, LONGEST_SHOWN)))
    blocks += [
        section(disclosure_line(draft.disclosure)),
        section(f"*{state_line(view)}*\n{votes_line(view)}".rstrip()),
    ]
    small = reason_lines(view)
    if small:
        blocks.append(context("\n".join(small)))
    blocks += _buttons(view, draft)
    said = state_line(view).replace("✅ ", "").replace("❌ ", "")
    votes = votes_line(view)
    text = f"{_name(view, draft)} for {escape(view.brief)}: {said}. {votes}".rstrip(". ")
    return Message(text=f"{text}.", blocks=blocks)


def disclosure_line(found: Disclosure | None) -> str:
    """Whether the caption says in time that it is advertising, in mrkdwn."""
    if found is None:
        return f"*Disclosure:* {NOT_CHECKED}"
    reason = escape(found.reason, 400)
    if found.verdict is Verdict.DISCLOSED:
        return f"*Disclosure:* ✅ {reason}"
    line = f"\nThere stands: “{escape(found.line, 200)}”" if found.line else ""
    if found.verdict is Verdict.UNKNOWN:
        return f"*Disclosure:* could not be told. {reason}{line}"
    return f"*Disclosure:* ⚠️ {reason}{line}"


def decided(view: CardView, draft: DraftView, owner: str, stage: str) -> Message:
    """Said once in the card's thread. owner: a mention; stage: where the partnership stands."""
    name = _name(view, draft)
    if view.state in UNDECIDED:
        return _said(f"{name} was reopened and is to be decided.")
    if view.state == CardState.WITHDRAWN:
        return _said(f"{name} was withdrawn.")
    said = state_line(view)
    if view.state == CardState.APPROVED:
        undisclosed = draft.disclosure and draft.disclosure.verdict in _NOT_DISCLOSED
        warn = " The caption does not disclose advertising yet." if undisclosed else ""
        return _said(f"{name}: {said}. The partnership is now: {escape(stage, 40)}.{warn}")
    handle = plain_handle(view.profile)
    ask = f"{owner}, please ask {escape(handle)} for version {draft.version + 1}."
    number = str(draft.partnership_id)
    words = f"Add version {draft.version + 1}"
    text = f"{name}: {said}. {ask}"
    return _said(
        text, actions(button(words, f"draft_new:{number}", number, label=f"{words} of {handle}"))
    )


def _ask(draft: DraftView) -> Any:
    """A question before a draft is approved whose caption does not disclose; else None."""
    if draft.disclosure is None or draft.disclosure.verdict not in _NOT_DISCLOSED:
        return None
    text = f"{draft.disclosure.reason} Approve it all the same?"
    return elements.confirm("Not disclosed", elements.clean(text, 280), "Approve")


_NOT_DISCLOSED = (Verdict.MISSING, Verdict.TOO_LATE, Verdict.REFUSED)


def _said(text: str, *more: dict[str, Any]) -> Message:
    """With blocks always: an edit without any would leave a button that stood there."""
    return Message(text=text, blocks=[section(text), *more])


def _name(view: CardView, draft: DraftView) -> str:
    return f"Draft {draft.version} of {escape(plain_handle(view.profile))}"


def _where(draft: DraftView) -> str:
    said = [f"<{escape(draft.link)}|See the draft>"] if draft.link else []
    if draft.file_name:
        said.append(f"File in the thread: {escape(draft.file_name, 120)}")
    return " · ".join(said)


def _buttons(view: CardView, draft: DraftView) -> Blocks:
    handle, number = plain_handle(view.profile), str(view.card_id)
    about = f"draft {draft.version} of {handle}"

    def press(words: str, act: str, **more: Any) -> Any:
        return button(words, f"card_{act}:{number}", number, label=f"{words} {about}", **more)

    why = press("Why?", "why")
    if view.state in UNDECIDED:
        rows = [
            actions(
                press("Approve", "approve", style="primary", confirm=_ask(draft)),
                press("Maybe", "maybe"),
                press("Reject", "reject"),
            ),
            actions(why, press("Withdraw", "withdraw")),
        ]
        if view.state == CardState.SPLIT:
            rows.insert(
                0,
                actions(
                    press(
                        "Decide: approve", "settle_approve", style="primary", confirm=_ask(draft)
                    ),
                    press("Decide: reject", "settle_reject"),
                ),
            )
        return rows
    return [actions(why, press("Reopen", "reopen"))] if view.state in DECIDED else [actions(why)]
