"""Scenes for the tests of digests."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from domain.calendar import Days, week_before
from domain.creator import Figures, Platform, ProfileSnapshot
from domain.niche import default_vocabulary
from domain.votes import Ballot, Vote
from playground.records import Message
from storage import index, people, profile_store, profiles
from storage.models import (
    Brief,
    Card,
    CardVote,
    Cost,
    Feedback,
    Partnership,
    Person,
    Post,
    Profile,
    Result,
    Shortlist,
    ShortlistApprover,
    StageChange,
)
from storage.transaction import Transaction
from tests.slack import Slack

ZONE = ZoneInfo("Europe/London")
Row = TypeVar("Row")


def start_weekly(
    slack: Slack, who: str = "olivia", channel: str = "marketing", **values: Any
) -> None:
    """Set a digest up through its form and start it from the preview."""
    slack.workspace.command(who, "digest new", channel)
    assert slack.submit(who, values) is None
    slack.press(who, last_private(slack, who), "digest_start")


def last_private(slack: Slack, who: str) -> Message:
    """The newest message that only this person sees."""
    found = [*slack.workspace.ephemerals(who), *slack.workspace.direct_messages(who)]
    return max(found, key=lambda message: message.ts)


class Posted(NamedTuple):
    """A digest in a channel and its thread. text, blocks: of both, one after the other."""

    root: Message
    thread: list[Message]

    @property
    def text(self) -> str:
        return "\n".join(one.text for one in (self.root, *self.thread))

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return [block for one in (self.root, *self.thread) for block in one.blocks]


def posted(slack: Slack, channel: str = "marketing") -> Posted:
    """The one digest in a channel."""
    (root,) = slack.messages(channel)
    return Posted(root, slack.replies(root))


def next_monday(slack: Slack) -> dt.date:
    """The day of the next Monday, 09:00 in London."""
    now = slack.bot.services.clock.now().astimezone(ZONE)
    day = now.date() + dt.timedelta(days=-now.weekday() % 7)
    due = dt.datetime.combine(day, dt.time(9), ZONE)
    return day if due > now else day + dt.timedelta(days=7)


class Scene:
    """A workspace's partnerships, seen from the posting day of a digest."""

    def __init__(self, tx: Transaction, posting_day: dt.date) -> None:
        """Days are counted back from `posting_day`."""
        self.tx = tx
        self.day = posting_day

    @property
    def week(self) -> Days:
        """The seven days before the posting day."""
        return week_before(self.day)

    def ago(self, days: int) -> dt.date:
        """The day so many days before the posting day."""
        return self.day - dt.timedelta(days=days)

    def at(self, days: int) -> dt.datetime:
        """Noon, UTC, of the day so many days before."""
        return dt.datetime.combine(self.ago(days), dt.time(12), dt.UTC)

    def add(self, row: Row) -> Row:
        """Store a row of this workspace and give it back with its number."""
        row.workspace_id = self.tx.workspace_id  # type: ignore[attr-defined]
        self.tx.session.add(row)
        self.tx.session.flush()
        return row

    def person(self, slack: Slack, name: str) -> Person:
        """Somebody of the playground, known with name and time zone."""
        return people.learn(self.tx, slack.workspace.user(name).as_slack(0))

    def creator(self, handle: str, platform: Platform, followers: int) -> Profile:
        """A creator with one profile."""
        snapshot = ProfileSnapshot(
            platform=platform, handle=handle, figures=Figures(followers=followers), source="test"
        )
        profile_store.store(self.tx, [snapshot], default_vocabulary(), index.pools(self.tx))
        return profiles.by_handle(self.tx, handle, platform.value)[0]

    def brief(self, name: str, **fields: Any) -> Brief:
        """A brief."""
        return self.add(
            Brief(name=name, name_key=name.lower(), created_at=self.at(60),
                  updated_at=self.at(60), workspace_id=0, **fields)
        )  # fmt: skip

    def partnership(
        self,
        profile: Profile,
        stages: dict[str, int],
        brief: Brief | None = None,
        euros: int | None = None,
    ) -> Partnership:
        """A partnership that went through stages, each so many days before."""
        made = self.add(
            Partnership(
                workspace_id=0,
                creator_id=profile.creator_id,
                profile_id=profile.id,
                brief_id=brief.id if brief else None,
                brand_id=brief.brand_id if brief else None,
                stage=list(stages)[-1],
                created_at=self.at(30),
                updated_at=self.at(1),
            )
        )
        before: str | None = None
        for stage, days in stages.items():
            self.add(
                StageChange(workspace_id=0, partnership_id=made.id or 0, from_stage=before,
                            to_stage=stage, at=self.at(days))
            )  # fmt: skip
            before = stage
        if euros is not None:
            self.add(
                Cost(workspace_id=0, partnership_id=made.id or 0, kind="fee", amount=euros * 100,
                     currency="EUR", updated_at=self.at(9))
            )  # fmt: skip
        return made

    def post(self, partnership: Partnership, posted: int | None = None) -> Post:
        """A published post. posted: how many days before, None = day unknown."""
        return self.add(
            Post(workspace_id=0, partnership_id=partnership.id or 0,
                 url=f"https://posts.example/{partnership.id}/{posted}",
                 posted_on=None if posted is None else self.ago(posted), created_at=self.at(9))
        )  # fmt: skip

    def result(
        self, partnership: Partnership, days: int, post: Post | None = None, **totals: Any
    ) -> Result:
        """Totals to date as they stood so many days before."""
        return self.add(
            Result(workspace_id=0, partnership_id=partnership.id or 0,
                   post_id=post.id if post else None, as_of=self.ago(days),
                   recorded_at=self.at(days), **totals)
        )  # fmt: skip

    def feedback(self, partnership: Partnership, days: int, rating: int, note: str = "") -> None:
        """What the audience said so many days before."""
        self.add(
            Feedback(workspace_id=0, partnership_id=partnership.id or 0, rating=rating, note=note,
                     created_at=self.at(days))
        )  # fmt: skip

    def shortlist(
        self, name: str, asker: Any, approvers: list[Any], brief: Brief | None = None
    ) -> Shortlist:
        """An open shortlist."""
        made = self.add(
            Shortlist(workspace_id=0, name=name, channel_id="C0MARKETING", asker_id=asker.id,
                      brief_id=brief.id if brief else None,
                      brand_id=brief.brand_id if brief else None, created_at=self.at(3))
        )  # fmt: skip
        for person in approvers:
            self.add(
                ShortlistApprover(workspace_id=0, shortlist_id=made.id or 0, person_id=person.id)
            )
        return made

    def card(
        self, shortlist: Shortlist, profile: Profile, state: str = "open", voted: Sequence[Any] = ()
    ) -> Card:
        """A card. voted: people who have said maybe."""
        seen = ProfileSnapshot(platform=Platform(profile.platform), handle=profile.handle)
        made = self.add(
            Card(workspace_id=0, shortlist_id=shortlist.id or 0, creator_id=profile.creator_id,
                 profile_id=profile.id or 0, state=state,
                 profile=seen.model_dump(mode="json", exclude_none=True), created_at=self.at(3))
        )  # fmt: skip
        for person in voted:
            at = self.at(2)
            ballot = Ballot().pressed(Vote.MAYBE, int(at.timestamp() * 1_000_000))
            self.add(
                CardVote(workspace_id=0, card_id=made.id or 0, person_id=person.id,
                         vote=ballot.vote, ballot=ballot.model_dump(mode="json"), acted_at=at)
            )  # fmt: skip
        return made


def spring(slack: Slack) -> Scene:
    """Four partnerships of one brief, and two cards that wait; the sums are done by hand below.

    In the week: reach 14,000 − 10,000 = 4,000 and 8,000 first figures; engagements
    670 − 450 = 220 and 520 first figures, a rate of 5.5 %; conversions 30 − 16 = 14.
    In the week before: reach 10,000, engagements 450 (a new post), conversions 16 − 10 = 6.
    """
    day = next_monday(slack)
    with slack.writing() as tx:
        scene = Scene(tx, day)
        olivia, ana, ben = (scene.person(slack, name) for name in ("olivia", "ana", "ben"))
        brief = scene.brief("Spring Glow", goal="engagement")
        anna = scene.creator("anna", Platform.INSTAGRAM, 10_000)
        bea = scene.creator("bea.eats", Platform.TIKTOK, 20_000)
        caro = scene.creator("caro", Platform.YOUTUBE, 5_000)
        dora = scene.creator("dora", Platform.INSTAGRAM, 3_000)
        with_anna = scene.partnership(anna, {"approved": 20, "live": 12}, brief, 500)
        post = scene.post(with_anna, 12)
        scene.result(with_anna, 9, post, impressions=10_000, likes=400, comments=50)
        scene.result(with_anna, 2, post, impressions=14_000, likes=600, comments=70)
        with_bea = scene.partnership(bea, {"approved": 20, "agreed": 10, "live": 4}, brief, 300)
        scene.result(with_bea, 3, scene.post(with_bea), views=8_000, likes=500, shares=20)
        with_caro = scene.partnership(caro, {"approved": 30, "live": 25}, brief)
        for days, conversions in ((20, 10), (10, 16), (4, 30)):
            scene.result(with_caro, days, conversions=conversions)
        scene.partnership(dora, {"approved": 9, "agreed": 5}, brief, 0)
        scene.feedback(with_anna, 3, 4, "They ask where to buy <!channel>")
        scene.feedback(with_bea, 2, 5)
        scene.feedback(with_bea, 10, 3)
        asked = scene.shortlist("Spring Glow", olivia, [ana, ben], brief)
        scene.card(asked, scene.creator("erin", Platform.TIKTOK, 900), voted=[ana])
        scene.card(
            asked, scene.creator("fay", Platform.TIKTOK, 900), state="split", voted=[ana, ben]
        )
    return scene
