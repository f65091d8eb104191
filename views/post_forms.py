"""Forms about posts: which partnership they are of, and their figures."""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from views import elements
from views.elements import escape
from views.message import Blocks, Message
from views.partners import linked_post, post_name

ASK, LEAVE_OUT = "ask", "leave"
YES, NO = "yes", "no"
DISCLOSED = ((YES, "Yes, in its first three lines or by the label"), (NO, "No"))


class PostField(BaseModel):
    """One post to be attached. account: who published it, "" = the link doesn't say.

    there: the partnership that has it already. partnership: the one proposed. can_ask: its
    platform tells who published it. read: its platform is asked for its text and figures.
    """

    model_config = ConfigDict(frozen=True)

    url: str
    platform: str = ""
    account: str = ""
    short: bool = False
    there: str = ""
    partnership: int | None = None
    can_ask: bool = False
    read: bool = False


def place_form(
    posts: Sequence[PostField], partnerships: Sequence[tuple[str, str]], metadata: dict[str, Any]
) -> dict[str, Any]:
    """Which partnership each post is of. partnerships: (value, label)."""
    blocks: Blocks = []
    for place, post in enumerate(posts):
        blocks += [elements.section(_about(post)), *_questions(place, post, partnerships)]
    blocks.append(
        elements.date_field(
            "posted_on",
            "Publishing day",
            optional=True,
            hint="Leave it empty where the platform tells it, or where you don't know it.",
        )
    )
    return elements.modal(
        "Log posts" if len(posts) > 1 else "Log post",
        "post_places",
        blocks,
        submit="Save",
        private_metadata=json.dumps(metadata, separators=(",", ":")),
    )


def added(lines: Sequence[str]) -> dict[str, Any]:
    """What became of the posts. lines: mrkdwn."""
    said = list(lines) or ["Nothing was logged."]
    return elements.modal(
        "Log post", "post_added", [elements.section(line) for line in said], close="Done"
    )


def asking(url: str, platform: str) -> str:
    """That the platform is asked who published a post, in mrkdwn."""
    return f"I am asking {escape(platform)} who published {linked_post(url)}, and tell you here."


def which(url: str, partnerships: Sequence[tuple[int, str]], shown: bool) -> Message:
    """Asked where a platform could not tell. shown: whether it showed the post."""
    why = (
        "nobody with a partnership here published it"
        if shown
        else "its platform shows nothing of it now"
    )
    text = f"Which partnership is {linked_post(url)} of? By itself I can't tell: {why}."
    if not partnerships:
        return Message(text=text)
    choice = elements.select(
        "post_place",
        [(str(number), label) for number, label in partnerships],
        placeholder="Choose a partnership",
    )
    block = elements.actions(choice, block_id=f"post_place:{url}"[:255])
    return Message(text=text, blocks=[elements.section(text), block])


def link_of(block_id: str) -> str:
    """The link that a question was about."""
    return block_id.partition(":")[2]


def _about(post: PostField) -> str:
    where = f" on {post.platform}" if post.platform and not post.short else ""
    who = f" by *@{escape(post.account, 60)}*" if post.account else ""
    said = f"{linked_post(post.url)}{where}{who}"
    if post.short:
        said += "\nA short link: I find out where it leads."
    if post.there:
        said += f"\nLogged already with {escape(post.there, 120)}."
    return said


def _questions(place: int, post: PostField, partnerships: Sequence[tuple[str, str]]) -> Blocks:
    offered = list(partnerships)
    if post.can_ask:
        offered.insert(0, (ASK, f"Find out from {post.platform} who published it"))
    offered.append((LEAVE_OUT, "None: leave this post out"))
    proposed = str(post.partnership) if post.partnership else ASK if post.can_ask else None
    choice = elements.choice_field(
        f"place:{place}", f"Partnership of {post_name(post.url, 40)}", offered, initial=proposed
    )
    if post.read:
        return [choice]
    asked = elements.choice_field(
        f"said:{place}",
        "Does it say that it is advertising?",
        DISCLOSED,
        optional=True,
        hint="I can't read its text myself.",
    )
    return [choice, asked]
