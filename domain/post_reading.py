"""What a platform is asked of single posts, and what it shows of them."""

import datetime as dt
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.creator import Platform
from domain.disclosure import Disclosure, Verdict, check
from domain.results import Totals
from domain.text import fold

LABELLED = "The platform's own label says that it is paid."


class PostAsked(BaseModel):
    """One post to ask for. key, account: as `domain.post_link.PostLink` has them.

    native_id: the platform's own name of the post, "" until it was seen once.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    url: str
    platform: Platform
    account: str = ""
    native_id: str = ""

    @property
    def code(self) -> str:
        """How the platform tells the post from others: the end of its address."""
        return self.key.partition(":")[2].rpartition("/")[2]


class Absence(StrEnum):
    """Why a platform shows nothing of a post.

    GONE: it was deleted, or was never there. PRIVATE: not everybody may see it. CLOSED: the
    platform or its author shows it to no bot.
    """

    GONE = "gone"
    PRIVATE = "private"
    CLOSED = "closed"


class PostAbsent(BaseModel):
    """A post of which its platform shows nothing."""

    model_config = ConfigDict(frozen=True)

    key: str
    why: Absence


class PostShown(BaseModel):
    """A post as its platform shows it now. Figures are totals to date; None is unknown.

    source: whose word it is ("bluesky"). account: the author's handle, author_id: the platform's
    own. text: in full; title: what stands above it, "" where the platform has none. links: what
    it links to. labelled: whether the platform marks it as paid. keep_until: when the figures
    have to go, by its terms.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    source: str
    native_id: str = ""
    account: str = ""
    author_id: str = ""
    title: str = ""
    text: str = ""
    links: tuple[str, ...] = ()
    published_at: dt.datetime | None = None
    views: int | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    labelled: bool = False
    keep_until: dt.datetime | None = None

    @property
    def totals(self) -> Totals:
        """Its figures as results."""
        return Totals(
            views=self.views, likes=self.likes, comments=self.comments, shares=self.shares
        )


def disclosure_of(post: PostShown, platform: Platform) -> Disclosure:
    """Whether a post says that it is advertising: by the platform's label, its text or title."""
    if post.labelled:
        return Disclosure(verdict=Verdict.DISCLOSED, reason=LABELLED)
    said = check(post.text, platform)
    if said.verdict is Verdict.DISCLOSED or not post.title:
        return said
    above = check(post.title)
    return above if above.verdict is Verdict.DISCLOSED else said


def lacking(post: PostShown, tags: tuple[str, ...], link: str) -> tuple[str, ...]:
    """What a brief asks for and the post has not, in the brief's order.

    Args:
        post: as its platform shows it.
        tags: accounts with "@" and hashtags with "#".
        link: a web address, "" = none asked for. Its host and path have to be there; what
            follows "?" may differ, for it often tells the creator.
    """
    written = fold("\n".join((post.title, post.text)))
    missing = [tag for tag in tags if not _holds_tag(written, fold(tag))]
    if link:
        wanted = _bare(link)
        shown = [_bare(each) for each in post.links]
        if not any(each.startswith(wanted) for each in shown) and wanted not in written:
            missing.append(link)
    return tuple(missing)


def _holds_tag(written: str, tag: str) -> bool:
    """Whether a tag stands in a folded text, and not only as the start of a longer one."""
    at = written.find(tag)
    while at >= 0:
        after = written[at + len(tag) : at + len(tag) + 1]
        ends = not (after.isalnum() or after == "_")
        if ends and not (at and (written[at - 1].isalnum() or written[at - 1] == "_")):
            return True
        at = written.find(tag, at + 1)
    return False


def _bare(link: str) -> str:
    """ "https://www.Glow.example/x/?utm_source=a" as "glow.example/x"."""
    folded = fold(link).partition("://")
    address = (folded[2] or folded[0]).removeprefix("www.")
    return address.partition("?")[0].partition("#")[0].rstrip("/")
