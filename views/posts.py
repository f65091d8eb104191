"""Published posts: what is told of them, privately."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from domain.post_reading import Absence
from domain.wording import listed
from views import elements
from views.elements import escape
from views.message import Message
from views.partners import linked_post, post_name

_WHY_NOT_SEEN = {
    Absence.GONE: "is gone: it was deleted or made private, or its link is wrong",
    Absence.PRIVATE: "is private now",
    Absence.CLOSED: "is not shown to bots",
}


class Undisclosed(BaseModel):
    """A live post that doesn't say that it is advertising. reason: a sentence."""

    model_config = ConfigDict(frozen=True)

    post_id: int
    partnership_id: int
    handle: str
    brief: str
    url: str
    reason: str


def undisclosed(post: Undisclosed) -> Message:
    """Told to the owner at once, once a post."""
    who = escape(post.handle, 60)
    about = f" for *{escape(post.brief, 80)}*" if post.brief else ""
    text = (
        f"⚠️ A post by *{who}*{about} is live and not disclosed as advertising: "
        f"{linked_post(post.url)}\n{escape(post.reason, 300)}"
    )
    what_next = f"Ask {who} to change it now. If the platform's own label says it, mark it here."
    name = elements.clean(post.handle, 40)
    return Message(
        text=f"{who}: a post is live and not disclosed as advertising. {escape(post.reason, 300)}",
        blocks=[
            elements.section(f"{text}\n{what_next}"),
            elements.actions(
                elements.button(
                    "It is disclosed", f"post_disclosed:{post.post_id}", str(post.post_id),
                    label=f"Mark the post by {name} as disclosed",
                ),
                elements.button(
                    "Details", f"partner_details:{post.partnership_id}", str(post.partnership_id),
                    label=f"Details of {name}",
                ),
            ),
        ],
    )  # fmt: skip


def alert_key(post_id: int) -> str:
    """The key of the message about a post that is not disclosed."""
    return f"undisclosed:{post_id}"


def marked_disclosed(handle: str, url: str, by: str) -> Message:
    """In the place of the alert, once somebody said that it is disclosed."""
    text = (
        f"✅ Marked as disclosed by {escape(by, 60)}: the post by *{escape(handle, 60)}*, "
        f"{linked_post(url)}"
    )
    return Message(text=text, blocks=[elements.section(text)])


def lacks(handle: str, url: str, missing: Sequence[str], brief: str) -> str:
    """What a post has not that its brief asks for, on one line."""
    what = listed([escape(each, 80) for each in missing[:5]])
    who = f"The post by {escape(handle, 60)}, {linked_post(url)}"
    return f"{who}, lacks {what}, which *{escape(brief, 80)}* asks for"


def no_longer_there(handle: str, url: str, why: Absence) -> str:
    """That a post is seen no more, on one line."""
    said = _WHY_NOT_SEEN[why]
    return (
        f"The post by {escape(handle, 60)}, {linked_post(url)}, {said}. "
        "Its last figures are kept and marked"
    )


def by_somebody_else(handle: str, url: str, account: str) -> str:
    """That a post is by another account than the creator's, on one line."""
    return (
        f"{linked_post(url)}, logged with {escape(handle, 60)}, was published by "
        f"@{escape(account, 80)}: is that their account, or is it the wrong post?"
    )


def leads_nowhere(handle: str, url: str) -> str:
    """That a short link could not be followed, on one line."""
    return (
        f"The link {escape(post_name(url))} of {escape(handle, 60)} leads to no post: "
        "open the post, copy its own link and log that"
    )


def there_already(short: str, url: str) -> str:
    """That a short link leads to a post that is logged already, on one line."""
    return (
        f"The link {escape(post_name(short))} leads to {linked_post(url)}, which was logged already"
    )


def attached(handle: str, brief: str, url: str, stage: str, *, new: bool) -> str:
    """That a post was logged with a partnership, in mrkdwn. stage: where that still stands, ""."""
    where = f"*{escape(handle, 60)}*{f' · {escape(brief, 80)}' if brief else ''}"
    if not new:
        return f"{linked_post(url)} is logged with {where} already."
    said = f"✅ {linked_post(url)} is logged with {where}."
    if stage:
        said += f" That still stands at *{escape(stage, 40)}*: `/influencer partners` moves it."
    return said
