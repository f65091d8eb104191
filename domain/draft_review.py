"""A draft before it goes live: what can be sent in, and where a decision takes the partnership."""

from collections.abc import Collection
from urllib.parse import urlsplit

from domain.partnership import BEFORE_LIVE, PIPELINE, Stage, may_move

LONGEST_LINK = 1_000
LONGEST_CAPTION = 3_000
LARGEST_FILE = 200 << 20
"""In bytes; larger videos are sent as a link."""

NOTHING = "Please give a link or a file."
NOT_A_LINK = "That is not a link. Please paste one that begins with https://."
TOO_LARGE = "That file is larger than 200 MB. Please give a link to it instead."


class NotADraft(Exception):
    """It can't be reviewed; the message is a sentence for the person."""


def read_link(typed: str) -> str:
    """A link to where the draft can be seen, "" where none was typed.

    Raises:
        NotADraft: it is no link to the web.
    """
    link = typed.strip()
    if not link:
        return ""
    try:
        found = urlsplit(link)
        host = found.hostname or ""
    except ValueError as error:
        raise NotADraft(NOT_A_LINK) from error
    good = found.scheme in ("http", "https") and "." in host.strip(".")
    if not good or len(link) > LONGEST_LINK or any(one.isspace() or one in "<>|" for one in link):
        raise NotADraft(NOT_A_LINK)
    return link


def stage_in_review(stage: Stage, skipped: Collection[Stage] = ()) -> Stage:
    """Where a partnership stands once a draft is being reviewed.

    skipped: stages that the brand skips. A partnership that is live stays so: one draft of
    several may still come.

    Raises:
        NotADraft: it is over.
    """
    if stage in (Stage.DONE, Stage.DECLINED):
        raise NotADraft(f"This partnership is {stage}, so there is no draft to review.")
    if stage == Stage.LIVE or Stage.DRAFT in skipped or not may_move(stage, Stage.DRAFT):
        return stage
    return Stage.DRAFT


def stage_after_approval(stage: Stage, skipped: Collection[Stage] = ()) -> Stage:
    """Where an approved draft takes a partnership: on from the review, never to what is live."""
    if stage != Stage.DRAFT:
        return stage
    onward = PIPELINE[PIPELINE.index(stage) + 1 :]
    return next((one for one in onward if one in BEFORE_LIVE and one not in skipped), stage)


def stage_after_reopening(stage: Stage, skipped: Collection[Stage] = ()) -> Stage:
    """Back to the review, where the approval had taken it on and nothing happened since."""
    back = stage_after_approval(Stage.DRAFT, skipped)
    return Stage.DRAFT if stage == back else stage
