"""Posts of profiles are kept: from platforms, from files of posts, through merges and undoing."""

import datetime as dt
from pathlib import Path

import pytest
from sqlmodel import select

from domain.creator import Platform, ProfileSnapshot
from domain.look_up import PostSeen
from domain.niche import default_vocabulary
from storage import expiry, index, live_accounts, merging, profile_store, profiles, recent_posts
from storage.database import Database
from storage.models import Creator, RecentPost
from tests.importing import Bench
from tests.test_forecasts_kept import NOW, account

HEADER = (
    "id,text,createTimeISO,authorMeta.id,authorMeta.name,authorMeta.nickName,authorMeta.fans,"
    "authorMeta.signature,authorMeta.verified,playCount,diggCount,commentCount,shareCount,"
    "webVideoUrl\n"
)


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Bench:
    """An empty workspace."""
    return Bench(database, tmp_path)


def posts_file(bench: Bench, name: str, views: list[str], handle: str = "anna.bloom") -> Path:
    """An Apify export: a row a post, of March 2026, the last the newest."""
    path = bench.folder / name
    rows = [
        f"71{place:04},Cake!,2026-03-{place + 1:02}T03:04:05.000Z,68,{handle},Anna,12500,I bake,"
        f"true,{seen},{place},1,0,https://www.tiktok.com/@{handle}/video/71{place:04}"
        for place, seen in enumerate(views)
    ]
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def posts_of(bench: Bench, handle: str) -> tuple[PostSeen, ...]:
    with bench.reading() as tx:
        (profile,) = profiles.by_handle(tx, handle)
        return recent_posts.of_profiles(tx, [profile.id or 0])[profile.id or 0].posts


def show(bench: Bench, handle: str, platform: Platform, **more: object) -> None:
    with bench.writing() as tx:
        pools = index.pools(tx)
        shown = account(handle, platform=platform, **more)  # type: ignore[arg-type]
        ready = live_accounts.prepare([shown], default_vocabulary(), pools)
        live_accounts.store(tx, ready, default_vocabulary(), pools)


def test_a_file_of_posts_brings_each_post_with_its_counts_and_undoing_takes_them_away(
    bench: Bench,
) -> None:
    number = bench.bring(posts_file(bench, "posts.csv", ["1000", "1.2M", "900", ""]))

    found = posts_of(bench, "anna.bloom")
    assert [one.views for one in found] == [None, 900, 1_200_000, 1_000]
    assert found[1] == PostSeen(
        url="https://www.tiktok.com/@anna.bloom/video/710002",
        published_at=dt.datetime(2026, 3, 3, tzinfo=dt.UTC),
        views=900,
        likes=2,
        comments=1,
        shares=0,
    )
    with bench.reading() as tx:
        (profile,) = profiles.by_handle(tx, "anna.bloom")
        known = profiles.current(tx, [profile.id or 0])[profile.id or 0].snapshot
        assert known.figures.followers == 12_500
        assert known.figures.average_views is None
        assert not any("playCount" in name for name in known.extra)
    bench.undo(number)
    with bench.reading() as tx:
        assert tx.session.exec(select(RecentPost)).all() == []


def test_of_a_long_file_the_newest_thirty_posts_are_kept(bench: Bench) -> None:
    bench.bring(posts_file(bench, "posts.csv", [str(1_000 + place) for place in range(31)]))

    assert [one.views for one in posts_of(bench, "anna.bloom")] == list(range(1_030, 1_000, -1))


def test_undoing_a_file_leaves_what_another_file_and_the_platform_told(bench: Bench) -> None:
    bench.bring(posts_file(bench, "one.csv", ["100", "200"]))
    second = bench.bring(posts_file(bench, "two.csv", ["150", "250", "350"]))
    show(bench, "anna.bloom", Platform.TIKTOK)

    assert {150, 250, 350, 9_000} <= {one.views for one in posts_of(bench, "anna.bloom")}
    bench.undo(second)
    views = [one.views for one in posts_of(bench, "anna.bloom")]
    assert {100, 200, 9_000} <= set(views)
    assert not {150, 250, 350} & set(views)


def test_a_cell_that_is_no_count_is_said_and_the_post_keeps_its_other_counts(bench: Bench) -> None:
    path = posts_file(bench, "posts.csv", ["100", "200", "300", "many"])
    bench.bring(path)

    assert [one.views for one in posts_of(bench, "anna.bloom")] == [None, 300, 200, 100]
    assert posts_of(bench, "anna.bloom")[0].likes == 3


def test_posts_stay_with_their_profile_when_two_creators_become_one_and_two_again(
    bench: Bench,
) -> None:
    show(bench, "anna", Platform.TIKTOK)
    show(bench, "anna.b", Platform.INSTAGRAM)
    with bench.writing() as tx:
        kept, merged = (one.id or 0 for one in tx.session.exec(select(Creator)).all())
        done = merging.merge(tx, kept, merged, default_vocabulary()).id or 0

    assert len(posts_of(bench, "anna")) == len(posts_of(bench, "anna.b")) == 8
    with bench.reading() as tx:
        (profile,) = profiles.by_handle(tx, "anna.b")
        assert profile.creator_id == kept
    with bench.writing() as tx:
        merging.separate(tx, done, default_vocabulary())
    assert len(posts_of(bench, "anna.b")) == 8


def test_posts_are_deleted_when_the_terms_of_their_platform_end_their_keeping(
    bench: Bench,
) -> None:
    show(bench, "anna", Platform.TIKTOK, keep_until=NOW - dt.timedelta(days=1))
    show(bench, "ben", Platform.TIKTOK, keep_until=NOW + dt.timedelta(days=3_000))
    with bench.writing() as tx:
        assert recent_posts.delete_expired(tx, 5) == 5
        assert recent_posts.delete_expired(tx, 5) == 3
        assert recent_posts.delete_expired(tx, 5) == 0

    assert posts_of(bench, "anna") == ()
    assert len(posts_of(bench, "ben")) == 8


def test_posts_go_with_a_creator_whom_nobody_kept(bench: Bench) -> None:
    show(bench, "anna", Platform.TIKTOK)
    with bench.writing() as tx:
        (profile,) = profiles.by_handle(tx, "anna")
        assert expiry.delete_if_unkept(tx, profile.creator_id)
        assert tx.session.exec(select(RecentPost)).all() == []


def test_posts_whose_terms_forbid_it_are_stored_and_nothing_is_worked_out_from_them(
    bench: Bench,
) -> None:
    show(bench, "anna", Platform.TIKTOK, may_derive=False)

    assert posts_of(bench, "anna") == ()
    with bench.reading() as tx:
        assert len(tx.session.exec(select(RecentPost)).all()) == 8


def test_a_profile_told_by_snapshots_alone_has_no_posts(bench: Bench) -> None:
    with bench.writing() as tx:
        said = ProfileSnapshot(platform=Platform.TIKTOK, handle="anna", source="a test")
        profile_store.store(tx, [said], default_vocabulary(), index.pools(tx))

    assert posts_of(bench, "anna") == ()
