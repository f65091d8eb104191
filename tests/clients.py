"""Sets the scene for tests of the client's step: a brief that asks a client, and their channel.

sam is of another company and in #clients; gus is a guest.
"""

from collections.abc import Sequence
from typing import Any

from domain.brief import BriefContent
from domain.brief_form import BriefDraft
from domain.client_review import ClientReview
from handlers import access
from playground.records import Message
from storage import briefs, people
from tests.shortlisting import CHECK, Posted, shortlist, slack_ids
from tests.slack import Slack


def add_brief(
    slack: Slack,
    *,
    channel: str = "clients",
    approvers: Sequence[str] = ("sam",),
    quorum: int = 1,
    sees: Sequence[str] = (),
    brand_id: int | None = None,
    name: str = "Spring Glow",
) -> int:
    """A brief whose client decides after the team. channel: "" = the client is not in Slack."""
    review = ClientReview.model_validate(
        {
            "channel": slack.workspace.channel(channel).id if channel else "",
            "approvers": slack_ids(slack, approvers) if channel else (),
            "quorum": quorum,
            "sees": tuple(sees),
        }
    )
    content = BriefContent(niches=("skincare",), client=review)
    with slack.writing() as tx:
        for slack_id in review.approvers:  # as the form does when it is sent off
            access.ask_slack(tx, people.get(tx, slack_id))
    slack.settle()
    with slack.writing() as tx:
        return briefs.create(tx, BriefDraft(name=name, content=content), brand_id, None).id or 0


def approved_by_team(slack: Slack, *handles: str, **brief: Any) -> Posted:
    """A shortlist of a brief with a client that the team approved."""
    add_brief(slack, **brief)
    made = shortlist(slack, *(handles or ("mara",)))
    for card in made.cards.values():
        slack.react("ana", CHECK, card)
    return made


def ask_client(slack: Slack, made: Posted, who: str = "olivia", **values: Any) -> None:
    """Press *Ask the client* on the summary and send the preview off."""
    slack.press(who, made.summary, "client_send")
    assert slack.submit(who, values) is None


def clients_cards(slack: Slack, *handles: str, channel: str = "clients") -> dict[str, Message]:
    """The cards in the client's channel."""
    found = slack.messages(channel)
    summary = [one for one in found if "For your decision" in one.text][-1]
    below = slack.replies(summary)
    return {handle: next(one for one in below if f"(@{handle})" in one.text) for handle in handles}


def all_sent(slack: Slack, channel: str) -> str:
    """All that was ever sent to be read in a channel, edits too."""
    place = slack.workspace.channel(channel).id
    calls = slack.workspace.api_calls()
    return "\n".join(str(one.arguments) for one in calls if one.arguments.get("channel") == place)
