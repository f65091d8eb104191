"""Invented work of the playground's team: one brief, and partnerships in their first weeks."""

import datetime as dt
import math
from dataclasses import dataclass, replace
from decimal import Decimal

from bot import demo
from bot.app import Bot
from domain.brief import BriefContent
from domain.brief_form import BriefDraft
from domain.creator import Money, Platform, ProfileSnapshot
from domain.goal import Goal
from domain.partnership import Stage, work_started
from domain.partnership_form import PartnershipDraft
from domain.result_form import FeedbackDraft, ResultDraft
from domain.results import Totals
from domain.tier import Tier
from handlers import forecasting
from storage import (
    briefs,
    partnership_posts,
    partnerships,
    people,
    profiles,
    relationships,
    results,
)
from storage.models import Brief, Partnership, Post, Profile, Workspace
from storage.transaction import Transaction

BRIEF = "Winter skin (demo)"
OLIVIA, ANA = "U0OLIVIA001", "U0ANA000001"
"""Slack ids of two people whom every playground starts with."""

READ_EVERY_DAYS = 3.5
HALF_OF_IT_DAYS = 5
"""After so many days a post has brought half of what it will bring."""


@dataclass(frozen=True)
class Story:
    """How one partnership went. Stages and publishing: days ago; value: product sent, in euro."""

    owner: str
    moves: tuple[tuple[Stage, int], ...]
    published: int | None = None
    value: int = 35
    feedback: FeedbackDraft | None = None


STORIES = (
    Story(OLIVIA, ((Stage.CONTACTED, 33), (Stage.AGREED, 28), (Stage.LIVE, 23)), published=23),
    Story(ANA, ((Stage.CONTACTED, 24), (Stage.AGREED, 17), (Stage.LIVE, 12)), published=12),
    Story(
        OLIVIA,
        ((Stage.CONTACTED, 45), (Stage.AGREED, 40), (Stage.LIVE, 34), (Stage.DONE, 4)),
        published=34,
        feedback=FeedbackDraft(rating=4, note="People asked for the cream by name (invented)."),
    ),
    Story(ANA, ((Stage.CONTACTED, 9), (Stage.NEGOTIATING, 6), (Stage.AGREED, 3)), value=0),
    Story(OLIVIA, ((Stage.CONTACTED, 2),), value=0),
)


def fill(bot: Bot, workspace: Workspace) -> None:
    """Store the brief and the partnerships; the invented creators must be there already."""
    database = bot.services.database
    today = database.now().date()
    chosen = _partners(demo.demo_profiles(today))
    with database.writing(workspace.id or 0) as tx:
        if BRIEF in briefs.names(tx).values():
            return
        begun = replace(tx, now=tx.now - dt.timedelta(days=50))
        brief = briefs.create(begun, _brief(today), None, people.get(tx, OLIVIA).id)
        for number, (profile, story) in enumerate(zip(chosen, STORIES, strict=True), start=1):
            _tell(tx, brief, profile, story, number)
        relationships.refresh(tx, [_profile(tx, each).creator_id for each in chosen])


def _brief(today: dt.date) -> BriefDraft:
    return BriefDraft(
        name=BRIEF,
        content=BriefContent(
            product="An invented cream for cold days",
            niche_text="skincare",
            niches=("skincare",),
            tiers=(Tier.MICRO,),
            platforms=(Platform.INSTAGRAM, Platform.TIKTOK),
            hashtags=("winterskin",),
            deliverables="One post and two stories each",
        ),
        starts_on=today - dt.timedelta(days=50),
        ends_on=today + dt.timedelta(days=60),
        budget=250_000,
        currency="EUR",
        goal=Goal.ENGAGEMENT,
        target=15_000,
    )


def _partners(invented: list[ProfileSnapshot]) -> list[ProfileSnapshot]:
    """The first small skincare accounts whose fee and engagement are known."""
    fitting = [
        one
        for one in invented
        if one.categories == ("Skincare",)
        and one.platform in (Platform.INSTAGRAM, Platform.TIKTOK)
        and 3_000 <= (one.figures.followers or 0) <= 40_000
        and one.figures.average_likes
        and one.figures.fee
    ]
    return fitting[: len(STORIES)]


def _profile(tx: Transaction, snapshot: ProfileSnapshot) -> Profile:
    return profiles.by_handle(tx, snapshot.handle, snapshot.platform.value)[0]


def _tell(
    tx: Transaction, brief: Brief, snapshot: ProfileSnapshot, story: Story, number: int
) -> None:
    """Log one story as it would have been logged day by day."""
    owner_id = people.get(tx, story.owner).id
    profile = _profile(tx, snapshot)
    (first, days), *later = story.moves
    made = partnerships.create(
        _ago(tx, days), profile.creator_id, profile.id, brief, owner_id, first
    )
    for stage, days in later:
        partnerships.change(_ago(tx, days), made, PartnershipDraft(stage=stage), owner_id)
    if story.value and snapshot.figures.fee is not None:
        costs = {"fee": _euro(snapshot.figures.fee.amount), "product_value": _euro(story.value)}
        partnerships.change(tx, made, PartnershipDraft(costs=costs), owner_id)
    agreed = next((days for stage, days in later if work_started(stage)), None)
    if agreed is not None:
        forecasting.when_moved(_ago(tx, agreed), made)
    if story.published is not None:
        post = partnership_posts.add(
            _ago(tx, story.published),
            made,
            f"https://example.com/invented-post-{number}",
            snapshot.platform,
        )
        post.posted_on = _ago(tx, story.published).now.date()
        _log_results(tx, made, post, snapshot, owner_id)
    if story.feedback is not None:
        results.add_feedback(_ago(tx, 3), made, story.feedback, owner_id)


def _log_results(
    tx: Transaction, made: Partnership, post: Post, snapshot: ProfileSnapshot, owner_id: int | None
) -> None:
    """Totals twice a week, from the first days of the post until today."""
    today = tx.now.date()
    age = (today - (post.posted_on or today)).days
    for step in range(int(age / READ_EVERY_DAYS), -1, -1):
        days = round(step * READ_EVERY_DAYS)
        share = 1 - 0.5 ** ((age - days) / HALF_OF_IT_DAYS)
        draft = ResultDraft(as_of=today - dt.timedelta(days=days), totals=_totals(snapshot, share))
        if draft.totals.likes:
            results.record(_ago(tx, days), made, post.id, draft, owner_id)


def _totals(snapshot: ProfileSnapshot, share: float) -> Totals:
    """What the post has brought when it has brought this share of all that it will bring."""
    likes = snapshot.figures.average_likes or 0
    return Totals(
        impressions=math.floor(likes * 17 * share),
        likes=math.floor(likes * 1.2 * share),
        comments=math.floor(likes * 0.09 * share),
        shares=math.floor(likes * 0.04 * share),
        saves=math.floor(likes * 0.07 * share),
        clicks=math.floor(likes * 0.15 * share),
        conversions=math.floor(likes * 0.012 * share),
        revenue=_euro(math.floor(likes * 0.012 * share) * 32),
    )


def _euro(amount: Decimal | int) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def _ago(tx: Transaction, days: int) -> Transaction:
    """The same transaction, as if it were so many days ago."""
    return replace(tx, now=tx.now - dt.timedelta(days=days))
