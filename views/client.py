"""How a client is asked: the preview, their answers written down, the list as a file."""

from collections.abc import Sequence
from typing import Any

from domain.client_review import LONGEST_NAME, ClientReview, Tick
from domain.shortlist import LONGEST_REASON
from domain.votes import Vote
from domain.wording import counted, listed
from views import card as card_view
from views import elements
from views.brief_form import TICKS
from views.card_view import CardView
from views.creator_facts import plain_handle
from views.elements import Options, context, divider, escape, section
from views.message import Blocks, Message

MOST_PREVIEWED = 12
MOST_ANSWERED = 20
FILES = (("html", "Web page (HTML), to read and print"), ("xlsx", "Excel (XLSX)"))


def send_form(
    brief: str, shown: Sequence[CardView], review: ClientReview, metadata: str, problem: str = ""
) -> dict[str, Any]:
    """The preview: exactly what the client will read. shown: of all who are to be sent.

    problem: what stands in the way, "" = nothing.
    """
    blocks: Blocks = [section(f"⚠️ {escape(problem)}")] if problem else []
    blocks += [section(_where(brief, shown, review)), context(_sees(review))]
    choices = [(str(one.card_id), plain_handle(one.profile)) for one in shown]
    if len(choices) > 1:
        numbers = [number for number, _ in choices]
        blocks.append(elements.choices_field("creators", "Creators", choices, initial=numbers))
    if not review.channel:
        blocks.append(elements.radio_field("file", "File", FILES, initial="html"))
    blocks += [divider(), section("*Preview: this is all that they read*")]
    for one in shown[:MOST_PREVIEWED]:
        drawn = card_view.card(one).blocks or []
        blocks += [divider(), *(block for block in drawn if block["type"] != "actions")]
    if len(shown) > MOST_PREVIEWED:
        blocks.append(context(f"… and {len(shown) - MOST_PREVIEWED} more in the same way."))
    submit = "Post" if review.channel else "Send me the list"
    return elements.modal(
        "Ask the client", "client_send", blocks, submit=submit, private_metadata=metadata
    )


def sent(count: int, channel_id: str) -> dict[str, Any]:
    """What the preview becomes once it is on its way."""
    creators = counted(count, "creator")
    text = f"✅ {creators} put before the client in <#{channel_id}>."
    if not channel_id:
        text = (
            f"✅ The list of {creators} comes to you in a private message. Write down what the "
            "client answers with *Client’s answers* on the shortlist."
        )
    return elements.modal("Ask the client", "client_sent", [section(text)], close="Done")


def answers_form(waiting: Sequence[CardView], client: str, metadata: str) -> dict[str, Any]:
    """What the client answered, for each creator; those left out stay open."""
    blocks: Blocks = [
        elements.plain_section("Each answer is marked as recorded by you on the client’s behalf."),
        elements.text_field(
            "client", "Whose answer is it?", initial=client, longest=LONGEST_NAME,
            placeholder="Jane Doe, Aqua",
        ),
    ]  # fmt: skip
    for one in waiting[:MOST_ANSWERED]:
        handle = plain_handle(one.profile)
        blocks += [
            elements.choice_field(
                f"answer:{one.card_id}", handle, ANSWERS, optional=True, placeholder="No answer yet"
            ),
            elements.text_field(
                f"reason:{one.card_id}", f"Why {handle}?", optional=True, longest=LONGEST_REASON
            ),
        ]
    if len(waiting) > MOST_ANSWERED:
        more = len(waiting) - MOST_ANSWERED
        blocks.append(context(f"{more} more come when these are answered."))
    return elements.modal(
        "Client’s answers", "client_answer", blocks, submit="Save", private_metadata=metadata
    )


ANSWERS: Options = ((Vote.APPROVE.value, "Approved"), (Vote.REJECT.value, "Rejected"))


def file_form(brief: str, count: int, metadata: str) -> dict[str, Any]:
    """Which file the list for the client is to be."""
    said = f"{counted(count, 'creator')} of {escape(brief)}, as the client may see them."
    blocks = [section(said), elements.radio_field("file", "File", FILES, initial="html")]
    return elements.modal(
        "List for the client", "client_file", blocks, submit="Send it to me",
        private_metadata=metadata,
    )  # fmt: skip


def file_on_its_way() -> dict[str, Any]:
    """What that form becomes."""
    text = "The file is being written. I will send it to you in a private message."
    return elements.modal("List for the client", "client_file_sent", [section(text)], close="Done")


def comment(brief: str, count: int, sees: Sequence[str]) -> str:
    """What stands beside the file."""
    return (
        f"The list for the client of {escape(brief)}: {counted(count, 'creator')}. "
        f"{_sees(ClientReview(sees=tuple(Tick(one) for one in sees)))}"
    )


def not_sent(code: str) -> Message:
    """Slack did not take the file."""
    return Message(
        text=f"Slack did not take the list for the client ({escape(code, 60)}). "
        "Press *List as a file* on the shortlist to try again."
    )


def _where(brief: str, shown: Sequence[CardView], review: ClientReview) -> str:
    creators = counted(len(shown), "creator")
    if not review.channel:
        return (
            f"{creators} for *{escape(brief)}*. This client is not in Slack: you get the list as a "
            "file to pass on, and write down their answers."
        )
    names = listed([elements.mention(one) for one in review.approvers])
    needed = counted(review.quorum, "approval")
    return (
        f"For *{escape(brief)}*, in <#{review.channel}>: {creators}. Asked there: {names}, "
        f"{needed} needed for each creator."
    )


def _sees(review: ClientReview) -> str:
    words = dict(TICKS)
    ticked = [words[tick.value].lower() for tick in review.sees]
    left_out = [text.lower() for value, text in TICKS if value not in review.sees]
    said = f"Shown besides figures and fit: {listed(ticked)}. " if ticked else ""
    return f"{said}Left out: {listed(left_out)}." if left_out else said.strip()
