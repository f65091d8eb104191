"""Comments under posts are read while a post is young, told with their basis, and forgotten."""

from pathlib import Path

from sqlmodel import col, select

from domain.comments import CommentSeen
from storage import comments, digests
from storage.models import Comment, Post, PostFeedback
from tests.beginnings import Beginning
from tests.digests import start_weekly
from tests.partnering import add_creators, rows
from tests.platforms import Bluesky
from tests.slack import Slack
from tests.test_look_up import later
from tests.test_posts_read import GOOD, IDA, details, log_post, when

THREAD = "app.bsky.feed.getPostThread"
LIKED = [f"love how this absorbs, day {day}" for day in range(26)]
DISLIKED = [f"it smells terrible <!channel> {day}" for day in range(9)]
OTHER = ["me encanta", "DM me for crypto", "how much is it @glow https://x.example/?"]


def published(slack: Slack, bluesky: Bluesky, *texts: str) -> None:
    """A post of Anna's from some hours ago, with comments, that is logged."""
    add_creators(slack, "anna")
    link = bluesky.publish(IDA, "3kpost", GOOD, when(slack, hours=5), likeCount=10)
    bluesky.comment("3kpost", *texts)
    log_post(slack, link)


def read(slack: Slack, days: float = 1.0) -> None:
    """A day later comments are read."""
    later(slack, days=days)
    slack.tick()


def feedback(slack: Slack) -> PostFeedback:
    (one,) = rows(slack, PostFeedback)
    return one


def test_comments_are_read_a_day_later_and_each_is_counted_once(
    live: Slack, bluesky: Bluesky
) -> None:
    published(live, bluesky, *LIKED, *DISLIKED, *OTHER)
    assert bluesky.calls[THREAD] == 0

    read(live)
    one = feedback(live)
    assert (one.positive, one.neutral, one.negative) == (26, 1, 9)
    assert (one.not_scored, one.left_out) == (1, 1)
    bluesky.comment("3kpost", "so good")
    read(live, days=2)
    assert feedback(live).positive == 27
    assert len(rows(live, Comment)) == 39
    assert bluesky.calls[THREAD] == 2


def test_a_partnership_tells_what_is_written_under_its_posts_and_by_nobodys_name(
    live: Slack, bluesky: Bluesky
) -> None:
    published(live, bluesky, *LIKED, *DISLIKED, *OTHER)
    read(live)

    said = details(live)
    assert "Comments: net sentiment +47 % of 36 comments (26 positive" in said
    assert "1 not scored (another language, or no words)" in said
    assert "Words of those who like it: absorbs (26)" in said
    assert "Words of those who do not: channel (9), smells (9), terrible (9)" in said
    assert "“love how this absorbs, day" in said
    assert "“it smells terrible <!channel>" in said  # as it was typed, and nobody is called
    assert "@channel" not in said
    assert "fan" not in said
    kept = " ".join(one.text for one in rows(live, Comment))
    assert "how much is it @… [link]" in kept
    assert "glow" not in kept


def test_few_comments_are_examples_and_no_score(live: Slack, bluesky: Bluesky) -> None:
    published(live, bluesky, *LIKED[:5], *DISLIKED[:2])
    read(live)

    said = details(live)
    assert "7 comments scored, too few for a score (30 are needed)" in said
    assert "net sentiment" not in said
    assert "Words of" not in said
    assert "“love how this absorbs" in said


def test_texts_are_deleted_after_thirty_days_and_the_counts_stay(
    live: Slack, bluesky: Bluesky
) -> None:
    published(live, bluesky, *LIKED, *DISLIKED)
    read(live)
    for days in (2, 4, 7, 14):
        read(live, days=days)
    asked = bluesky.calls[THREAD]
    read(live, days=4)

    assert rows(live, Comment) == []
    one = feedback(live)
    assert (one.positive, one.negative, one.next_at) == (26, 9, None)
    read(live, days=30)
    assert bluesky.calls[THREAD] == asked
    assert feedback(live).positive == 26
    said = details(live)
    assert "net sentiment +49 % of 35 comments" in said
    assert "“" not in said.partition("net sentiment")[2].partition("\n\n")[0]


def test_the_digest_tells_the_score_above_and_the_words_in_its_thread(
    live: Slack, bluesky: Bluesky
) -> None:
    published(live, bluesky, *LIKED, *DISLIKED)
    start_weekly(live)
    start_weekly(live, channel="clients")
    read(live)
    live.workspace.move_clock_to(0, 9)
    live.tick()

    root = live.messages()[-1]
    assert "Net sentiment +49 % of 35 comments" in root.text
    assert "absorbs" not in root.text
    thread = " ".join(one.text for one in live.replies(root))
    assert "Words of those who like it: absorbs (26)" in thread
    assert "“love how this absorbs" in thread
    (outside,) = live.messages("clients")
    told = " ".join(one.text for one in (outside, *live.replies(outside)))
    assert "et sentiment +49 % of 35 comments" in told
    assert "absorbs" not in told
    assert len(rows_of_digests(live)) == 2


def rows_of_digests(slack: Slack) -> list[object]:
    with slack.reading() as tx:
        return list(digests.confirmed(tx))


def test_a_report_has_the_score_with_its_definition(live: Slack, bluesky: Bluesky) -> None:
    published(live, bluesky, *LIKED, *DISLIKED)
    read(live)

    said = live.text_of(live.command("ana", "report month"))
    assert "net sentiment +49 % of 35 comments" in said


def test_a_platform_that_does_not_answer_is_asked_again_and_a_deleted_post_is_not(
    live: Slack, bluesky: Bluesky
) -> None:
    published(live, bluesky, *LIKED)
    later(live, days=1)
    bluesky.fails = (503, {}, b"")
    live.tick()
    assert feedback(live).failures == 1
    bluesky.fails = None
    read(live, days=0.1)
    assert (feedback(live).failures, feedback(live).positive) == (0, 26)
    bluesky.unpublish("3kpost")
    read(live, days=10)
    (post,) = rows(live, Post)
    assert post.absent == "gone"
    asked = bluesky.calls[THREAD]
    read(live, days=10)
    assert bluesky.calls[THREAD] == asked


def test_switched_off_nothing_is_read_and_what_was_kept_is_deleted(
    beginning: Beginning, tmp_path: Path, bluesky: Bluesky
) -> None:
    slack = Slack.start(
        beginning.database_url,
        tmp_path,
        beginning.scene,
        live_sources=True,
        comments=False,
        bluesky_base_url=bluesky.url,
        mastodon_servers=(),
    )
    try:
        published(slack, bluesky, *LIKED)
        with slack.writing() as tx:
            (post,) = tx.session.exec(select(Post).where(col(Post.link_key).is_not(None)))
            comments.begin(tx, post, "bluesky")
            seen = [CommentSeen(key=str(number), text=text) for number, text in enumerate(LIKED)]
            comments.keep(tx, post.link_key or "", seen)
        read(slack, days=2)

        assert bluesky.calls[THREAD] == 0
        assert rows(slack, Comment) == []
        assert feedback(slack).positive == 26
    finally:
        slack.stop()
    assert slack.problems == []
