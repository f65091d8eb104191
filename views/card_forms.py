"""What is asked and told privately about a card: why, reopening, votes that don't count."""

from typing import Any

from domain.creator import ProfileSnapshot
from domain.partnership import Stage
from domain.shortlist import LONGEST_REASON
from views import elements
from views.card_view import CardView
from views.creator_facts import plain_handle
from views.elements import actions, button, escape, section
from views.message import Message


def not_counted(view: CardView, reason: str) -> Message:
    """Told once in private: why this person's vote doesn't count."""
    return Message(
        text=f"Your vote on {escape(plain_handle(view.profile))} was not counted. {reason} "
        "This goes for the whole shortlist; I say it once."
    )


def contradiction(view: CardView, sentence: str) -> Message:
    """Told once in private: ✅ and ❌ of one person count as 🤔."""
    return Message(text=f"{escape(plain_handle(view.profile))}: {sentence}")


def work_goes_on(
    view: CardView, partnership_id: int, stage: Stage, by: str, reason: str
) -> Message:
    """Asks the owner of a partnership what becomes of it, now that its card was reopened."""
    handle, number = plain_handle(view.profile), str(partnership_id)
    reopened = (
        f"{escape(by)} reopened the decision on {escape(handle)} for {escape(view.brief)}: "
        f"“{escape(reason)}”."
    )
    log = button(f"Log {handle}", f"log:{number}", number)
    if stage == Stage.DONE:
        said = f"{reopened} Your partnership is done and stays on the record as it is."
        return Message(text=said, blocks=[section(said), actions(log)])
    said = f"{reopened} {_under_way(stage)}, so the partnership stays until you say otherwise."
    keep = button(f"Keep working with {handle}", f"card_keep:{number}", number)
    if stage == Stage.LIVE:
        close = button(f"Mark {handle} as done", f"card_done:{number}", number)
    else:
        close = button(f"End it with {handle}", f"card_end:{number}", number, style="danger")
    return Message(text=said, blocks=[section(said), actions(keep, close, log)])


def _under_way(stage: Stage) -> str:
    if stage == Stage.APPROVED:
        return "Something was logged for it already"
    return f"Work on it has begun ({stage})"


def why_modal(
    card_id: int,
    profile: ProfileSnapshot,
    categories: list[str],
    *,
    outsiders: bool = False,
    for_client: bool = False,
    votes: str = "",
) -> dict[str, Any]:
    """Asks why: a category, and one line. outsiders: may read the card, so it shows no reason.

    for_client: it is a client's card, which shows what the client's people say. votes: what the
    card does not tell of them, in mrkdwn; "" = it tells all.
    """
    where = "wherever your team finds this creator again"
    on_card = "The card says only that you gave a reason. The line shows"
    hint = f"{on_card} {where}." if outsiders else f"It shows on the card, and {where}."
    if for_client:
        hint = "What the client’s approvers say shows on this card and goes to the team."
    blocks = [
        *([elements.section(f"{votes}\n_Only you read this here._")] if votes else []),
        elements.choice_field(
            "category", "What is it about?", [(each, each.capitalize()) for each in categories]
        ),
        elements.text_field(
            "reason",
            "In one line",
            optional=True,
            longest=LONGEST_REASON,
            hint=hint,
        ),
    ]
    return elements.modal(
        f"Why? {plain_handle(profile)}",
        "card_why",
        blocks,
        submit="Save",
        private_metadata=str(card_id),
    )


def reopen_modal(card_id: int, profile: ProfileSnapshot) -> dict[str, Any]:
    """Asks for the line with which a decided card is reopened."""
    handle = plain_handle(profile)
    blocks = [
        elements.plain_section(
            f"Earlier votes on {handle} stay listed and count again only when given anew."
        ),
        elements.text_field("reason", "Why reopen it? In one line", longest=LONGEST_REASON),
    ]
    return elements.modal(
        f"Reopen {handle}", "card_reopen", blocks, submit="Reopen", private_metadata=str(card_id)
    )
