"""What the owner of a partnership is told of its posts."""

from zoneinfo import ZoneInfo

from domain import roles
from domain.calendar import is_timezone
from domain.disclosure import Verdict
from domain.handle import handle_key
from domain.post_reading import PostShown, lacking
from handlers.partnership_lines import handle_label
from storage import briefs, nudges, outbox, overviews, people, profiles, tracking_links
from storage.models import Partnership, Person, Post
from storage.transaction import Transaction
from views import posts as view


def tell_undisclosed(tx: Transaction, post: Post, partnership: Partnership) -> None:
    """Tell the owner at once, and once, that a live post doesn't say that it is advertising.

    Where nobody owns the partnership any more, an owner of the workspace is told.
    """
    owner = owner_of(tx, partnership) or _workspace_owner(tx)
    undisclosed = post.disclosure in (Verdict.MISSING, Verdict.TOO_LATE, Verdict.REFUSED)
    said_by_person = post.disclosure_by_id is not None
    if owner is None or not undisclosed or said_by_person or post.alerted_at or post.absent:
        return
    one = overviews.overviews(tx, [partnership])[0]
    message = view.undisclosed(
        view.Undisclosed(
            post_id=post.id or 0,
            partnership_id=one.id,
            handle=handle_label(one.handle, one.name),
            brief=one.brief or "",
            url=post.url,
            reason=post.disclosure_reason,
        )
    )
    post.alerted_at = tx.now
    tx.session.add(post)
    outbox.direct(tx, view.alert_key(post.id or 0), owner.slack_user_id, message.payload())


def note_lacks(tx: Transaction, post: Post, partnership: Partnership, shown: PostShown) -> None:
    """What the brief asks for and the post has not goes into the owner's next message."""
    brief = briefs.get(tx, partnership.brief_id) if partnership.brief_id else None
    if brief is None:
        return
    wanted = briefs.content(brief)
    tags = [f"@{tag}" for tag in wanted.required_tags] + [f"#{tag}" for tag in wanted.hashtags]
    link = "" if _has_tracking_link(tx, partnership, shown) else wanted.link
    missing = lacking(shown, tuple(tags), link)
    said = ", ".join(missing)
    if said == post.lacks:
        return
    if post.lacks:
        nudges.withdraw(tx, _line_key(post, f"lacks:{post.lacks}"))
    post.lacks = said
    tx.session.add(post)
    if missing:
        line = view.lacks(name_of(tx, partnership), post.url, missing, brief.name)
        tell_once(tx, post, partnership, f"lacks:{said}", line)


def note_stranger(tx: Transaction, post: Post, partnership: Partnership) -> None:
    """A post by another account of the platform than the creator's may be logged wrongly."""
    theirs = [
        one.handle_key
        for one in profiles.of_creator(tx, partnership.creator_id)
        if one.platform == post.platform
    ]
    if post.account and theirs and handle_key(post.account) not in theirs:
        line = view.by_somebody_else(name_of(tx, partnership), post.url, post.account)
        tell_once(tx, post, partnership, f"by:{post.account}", line)


def tell_once(tx: Transaction, post: Post, partnership: Partnership, what: str, line: str) -> None:
    """Put a line into the owner's next private message, once."""
    owner = owner_of(tx, partnership)
    if owner is not None:
        nudges.add(tx, owner.id or 0, _line_key(post, what), line)


def name_of(tx: Transaction, partnership: Partnership) -> str:
    """How the creator of a partnership is named in a line of text."""
    one = overviews.overviews(tx, [partnership])[0]
    return handle_label(one.handle, one.name)


def owner_of(tx: Transaction, partnership: Partnership) -> Person | None:
    """Who owns a partnership, where they may still be written to."""
    if partnership.owner_id is None:
        return None
    owner = people.by_id(tx, partnership.owner_id)
    return None if roles.why_barred(owner) else owner


def _workspace_owner(tx: Transaction) -> Person | None:
    owners = people.with_role(tx, roles.Role.OWNER)
    return next((one for one in owners if not roles.why_barred(one)), None)


def zone_of(person: Person | None) -> ZoneInfo:
    """Where a person is; UTC for nobody."""
    known = person is not None and is_timezone(person.timezone)
    return ZoneInfo(person.timezone if person is not None and known else "UTC")


def _has_tracking_link(tx: Transaction, partnership: Partnership, shown: PostShown) -> bool:
    """Whether a post has the creator's own link, which leads where the brief's does."""
    number = partnership.id or 0
    own = [f"/r/{one.slug}" for one in tracking_links.of_partnerships(tx, [number])[number]]
    return any(link.rstrip("/").endswith(end) for link in shown.links for end in own)


def _line_key(post: Post, what: str) -> str:
    return f"post:{post.id}:{what}"[:250]
