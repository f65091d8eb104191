"""Comments under posts of partnerships: read while a post is young, deleted after thirty days."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.sql.expression import Select

from domain.comments import CommentSeen, Counts, Feedback, Verdict, judge, summed_up
from domain.creator import Platform
from domain.post_reading import PostAsked
from domain.post_schedule import next_comments, next_try
from storage.models import Brand, Comment, Creator, Partnership, Post, PostFeedback, Profile
from storage.transaction import Transaction

KEPT = dt.timedelta(days=30)
LEASE = dt.timedelta(minutes=10)
_MOST_KEPT = 2_000
"""So many texts are looked through for words and examples."""


def begin(tx: Transaction, post: Post, source: str) -> None:
    """Read comments of a post from now on, if it is young and nobody said so before."""
    first = next_comments(post.published_at, None, tx.now)
    here = (PostFeedback.workspace_id == tx.workspace_id, PostFeedback.post_id == post.id)
    if first is None or tx.session.exec(select(PostFeedback.id).where(*here)).first():
        return
    tx.session.add(
        PostFeedback(
            workspace_id=tx.workspace_id, post_id=post.id or 0, source=source, next_at=first
        )
    )


def any_due(tx: Transaction, platforms: Collection[Platform]) -> bool:
    """Whether comments under some post are to be read now."""
    return bool(platforms) and tx.session.exec(_due(tx, platforms).limit(1)).first() is not None


def take_due(tx: Transaction, platforms: Collection[Platform]) -> PostAsked | None:
    """The post whose comments are longest due; nobody else asks for them meanwhile."""
    found = tx.session.exec(
        _due(tx, platforms)
        .order_by(col(PostFeedback.next_at))
        .limit(1)
        .with_for_update(skip_locked=True, of=PostFeedback)
    ).first()
    if found is None:
        return None
    feedback, post = found
    feedback.next_at = tx.now + LEASE
    tx.session.add(feedback)
    return PostAsked(
        key=post.link_key or "", url=post.url, platform=Platform(post.platform or "other"),
        account=post.account, native_id=post.native_id,
    )  # fmt: skip


def keep(tx: Transaction, link_key: str, seen: Sequence[CommentSeen]) -> None:
    """Judge comments under a post and count those that are new."""
    for feedback, post in _of_key(tx, link_key):
        known = set(
            tx.session.exec(
                select(Comment.seen_key).where(
                    Comment.workspace_id == tx.workspace_id, Comment.post_id == post.id
                )
            )
        )
        new = [each for each in seen if each.key not in known]
        verdicts = [judge(each.text, each.language) for each in new]
        tx.session.add_all(
            Comment(
                workspace_id=tx.workspace_id, post_id=post.id or 0, seen_key=each.key,
                text=each.text, verdict=verdict.value, keep_until=tx.now + KEPT,
            )
            for each, verdict in zip(new, verdicts, strict=True)
        )  # fmt: skip
        counts = _counts(feedback) + Counts.of(verdicts)
        for name, value in counts.model_dump().items():
            setattr(feedback, name, value)
        feedback.first_at = feedback.first_at or tx.now
        feedback.next_at = next_comments(post.published_at, feedback.first_at, tx.now)
        feedback.failures = 0
        tx.session.add(feedback)


def not_answered(tx: Transaction, link_key: str, until: dt.datetime | None) -> None:
    """Comments could not be read now. until: when asking makes sense again, None = unknown."""
    for feedback, _ in _of_key(tx, link_key):
        feedback.failures += 1
        feedback.next_at = next_try(feedback.failures, tx.now, until)
        tx.session.add(feedback)


def delete_expired(tx: Transaction, limit: int, *, all_of_them: bool = False) -> int:
    """Delete texts past their time (or all there are); counts stay. Says how many."""
    due = [] if all_of_them else [col(Comment.keep_until) <= tx.now]
    numbers = tx.session.exec(
        select(Comment.id).where(Comment.workspace_id == tx.workspace_id, *due).limit(limit)
    ).all()
    tx.session.execute(
        delete(Comment).where(
            col(Comment.workspace_id) == tx.workspace_id, col(Comment.id).in_(numbers)
        )
    )
    return len(numbers)


def of_partnerships(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, Feedback]:
    """What comments under the posts of each of these say; those without any are left out."""
    parts = counts_of(tx, partnership_ids)
    texts = _texts(tx, list(parts))
    names = _names(tx, partnership_ids)
    return {
        number: summed_up(counts, texts[number], names[number]) for number, counts in parts.items()
    }


def together(tx: Transaction, partnership_ids: Collection[int]) -> Feedback:
    """What comments under all posts of these partnerships say."""
    parts = counts_of(tx, partnership_ids)
    texts = _texts(tx, list(parts))
    names = _names(tx, list(parts))
    return summed_up(
        sum(parts.values(), Counts()),
        [one for each in texts.values() for one in each],
        {name for each in names.values() for name in each},
    )


def counts_of(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, Counts]:
    """How many comments said what, by partnership; those without any are left out."""
    rows = tx.session.exec(
        select(PostFeedback, col(Post.partnership_id))
        .join(Post, col(Post.id) == col(PostFeedback.post_id))
        .where(
            PostFeedback.workspace_id == tx.workspace_id,
            col(Post.partnership_id).in_(partnership_ids),
            col(PostFeedback.source).not_in(tx.underived),
        )
    )
    found: dict[int, Counts] = defaultdict(Counts)
    for feedback, number in rows:
        found[number] = found[number] + _counts(feedback)
    return {number: counts for number, counts in sorted(found.items()) if counts.read}


def _texts(
    tx: Transaction, partnership_ids: Collection[int]
) -> dict[int, list[tuple[str, Verdict]]]:
    rows = tx.session.exec(
        select(Post.partnership_id, Comment.text, Comment.verdict)
        .join(Post, col(Post.id) == col(Comment.post_id))
        .join(PostFeedback, col(PostFeedback.post_id) == col(Post.id))
        .where(
            Comment.workspace_id == tx.workspace_id,
            col(Post.partnership_id).in_(partnership_ids),
            col(PostFeedback.source).not_in(tx.underived),
            col(Comment.keep_until) > tx.now,
        )
        .order_by(col(Comment.id).desc())
        .limit(_MOST_KEPT)
    )
    found: dict[int, list[tuple[str, Verdict]]] = defaultdict(list)
    for number, text, verdict in rows:
        found[number].append((text, Verdict(verdict)))
    return found


def _names(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, set[str]]:
    """Names of the creator and the brand of each: their own words say nothing."""
    rows = tx.session.exec(
        select(Partnership.id, Creator.name, col(Profile.handle), col(Brand.name))
        .join(Creator, col(Creator.id) == col(Partnership.creator_id))
        .outerjoin(Profile, col(Profile.id) == col(Partnership.profile_id))
        .outerjoin(Brand, col(Brand.id) == col(Partnership.brand_id))
        .where(
            Partnership.workspace_id == tx.workspace_id,
            col(Partnership.id).in_(partnership_ids),
        )
    )
    found: dict[int, set[str]] = defaultdict(set)
    for number, *names in rows:
        found[number or 0] = {name for name in names if name}
    return found


def _due(tx: Transaction, platforms: Collection[Platform]) -> Select[PostFeedback, Post]:
    return (
        select(PostFeedback, Post)
        .join(Post, col(Post.id) == col(PostFeedback.post_id))
        .where(
            PostFeedback.workspace_id == tx.workspace_id,
            col(PostFeedback.next_at) <= tx.now,
            col(Post.platform).in_([each.value for each in platforms]),
            Post.absent == "",
            col(Post.link_key).is_not(None),
        )
    )


def _of_key(tx: Transaction, link_key: str) -> list[tuple[PostFeedback, Post]]:
    rows = tx.session.exec(
        select(PostFeedback, Post)
        .join(Post, col(Post.id) == col(PostFeedback.post_id))
        .where(PostFeedback.workspace_id == tx.workspace_id, Post.link_key == link_key)
        .order_by(col(PostFeedback.id))
        .with_for_update(of=PostFeedback)
        .execution_options(populate_existing=True)
    )
    return [(feedback, post) for feedback, post in rows]


def _counts(feedback: PostFeedback) -> Counts:
    return Counts(
        positive=feedback.positive, neutral=feedback.neutral, negative=feedback.negative,
        not_scored=feedback.not_scored, left_out=feedback.left_out,
    )  # fmt: skip
