"""`/influencer look`: one account from its platform now, and what becomes of accounts in time."""

import datetime as dt
import threading
import time

import pytest
from sqlalchemy import text
from sqlmodel import select

from domain.creator import Figures, Platform, ProfileSnapshot
from domain.look_up import Account
from domain.niche import default_vocabulary
from storage import index, live_accounts, profile_store, profiles
from storage.models import Card, Creator, LiveAccount, Snapshot
from tests.shortlisting import shortlist
from tests.slack import Slack
from tests.test_find import newest
from tests.test_look_up import later

IDA = "glowbyida.bsky.social"


def import_profile(slack: Slack, handle: str, followers: int, days_old: int) -> int:
    """A profile that a file brought some days ago; gives its number."""
    with slack.writing() as tx:
        said = ProfileSnapshot(
            platform=Platform.BLUESKY,
            handle=handle,
            categories=("Skincare",),
            figures=Figures(followers=followers),
            as_of=tx.now.date() - dt.timedelta(days=days_old),
            source="import:spring.csv",
        )
        stored = profile_store.store(tx, [said], default_vocabulary(), index.pools(tx))
        return stored.created[0]


def profile_of(slack: Slack, handle: str):
    with slack.reading() as tx:
        found = profiles.by_handle(tx, handle)
        return found[0] if found else None


@pytest.mark.parametrize(
    "typed",
    [
        "look bluesky:glowbyida.bsky.social",
        "look bsky:glowbyida",
        "look @glowbyida.bsky.social",
        "look https://bsky.app/profile/glowbyida.bsky.social",
        "https://bsky.app/profile/glowbyida.bsky.social",
    ],
)
def test_an_account_is_fetched_and_shown_however_it_was_named(live, typed):
    answer = live.command("ana", typed)
    assert live.text_of(answer) == "Looking for @glowbyida.bsky.social on Bluesky …"

    shown = live.text_of(newest(live, "ana"))
    assert "Ida Lindqvist" in shown
    assert "Followers: 42k" in shown
    assert "engagement by followers" in shown
    assert "Averages of the last 6 posts" in shown
    assert "Other columns" not in shown
    assert "Found on Bluesky, not in your list" in shown
    assert "Keep @glowbyida.bsky.social" in shown
    assert live.private("ben") == []


def test_keep_in_the_profile_puts_the_account_into_the_list(live):
    live.command("ana", f"look bluesky:{IDA}")
    live.press("ana", newest(live, "ana"), "creator_keep")

    assert "Kept" in live.private("ana")[-1]
    assert "not in your list" not in live.text_of(live.command("ana", f"show {IDA}"))


def test_a_bare_handle_asks_for_the_platform_and_the_answer_takes_the_place_of_the_question(live):
    question = live.command("ana", "look glowbyida")
    assert "On which platform shall I look for “glowbyida”?" in live.text_of(question)
    before = len(live.workspace.ephemerals("ana"))

    live.press("ana", question, "look_on:0")

    assert len(live.workspace.ephemerals("ana")) == before
    assert "Ida Lindqvist" in live.text_of(newest(live, "ana"))


def test_what_was_seen_within_the_hour_is_shown_without_asking_again(live, bluesky):
    live.command("ana", f"look bluesky:{IDA}")
    calls = bluesky.calls.copy()

    again = live.command("ben", f"look bluesky:{IDA}")

    assert "Ida Lindqvist" in live.text_of(again)
    assert bluesky.calls == calls
    later(live, hours=2)
    live.command("ben", f"look bluesky:{IDA}")
    assert bluesky.calls["app.bsky.actor.getProfile"] == calls["app.bsky.actor.getProfile"] + 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("look", "Whom shall I look at?"),
        ("look bluesky:nobody-here", "There is no @nobody-here.bsky.social on Bluesky."),
        ("look mastodon:anna", "Mastodon is not set up here"),
        ("look tiktok:anna", "TikTok lets no bot look up accounts"),
        ("look youtube:anna", "YOUTUBE_API_KEY"),
        ("look https://bsky.app/", "This link is none to a profile that I can read"),
        ("look https://www.youtube.com/watch?v=abc", "leads to a post or another page"),
        ("look https://example.com/anna", "This link is none to a profile that I can read"),
        ("look linkedin:anna", "“linkedin:anna” is no handle."),
        ("look Anna Smith", "“Anna Smith” is no handle."),
        ("look 🔥🔥", "“🔥🔥” is no handle."),
    ],
)
def test_what_cannot_be_looked_at_gets_a_sentence(live, typed, said):
    live.command("ana", typed)

    assert any(said in text for text in live.private("ana")), live.private("ana")


def test_a_platform_that_fails_is_named_with_a_button_to_try_again(live, bluesky):
    bluesky.fails = (500, {}, b"no")
    live.command("ana", f"look bluesky:{IDA}")
    told = newest(live, "ana")
    assert "could not be looked at" in live.text_of(told)

    bluesky.fails = None
    live.press("ana", told, "look_on:again")

    assert "Ida Lindqvist" in live.text_of(newest(live, "ana"))


def test_stale_figures_are_asked_for_again_and_growth_is_kept(live, bluesky):
    import_profile(live, IDA, followers=20_000, days_old=90)
    live.tick()

    text = live.text_of(live.command("ana", f"show {IDA}"))
    assert "42k" in text
    assert "20k followers on" in text
    calls = bluesky.calls.copy()
    later(live, days=2)
    live.tick()
    assert bluesky.calls == calls
    bluesky.change(IDA, followers=50_000)
    later(live, days=8)
    live.tick()
    assert "50k" in live.text_of(live.command("ana", f"show {IDA}"))


def test_one_that_a_platform_does_not_show_keeps_nobody_else_from_their_turn(live, bluesky):
    for number in range(3):
        import_profile(live, f"unknown{number}.bsky.social", followers=1_000, days_old=90)
    import_profile(live, IDA, followers=20_000, days_old=60)
    live.tick()

    assert "42k" in live.text_of(live.command("ana", f"show {IDA}"))
    text = live.text_of(live.command("ana", "show unknown0.bsky.social"))
    assert "Not there any more" not in text
    calls = bluesky.calls.copy()
    later(live, hours=2)
    live.tick()
    assert bluesky.calls == calls


def test_a_platform_that_is_down_is_asked_for_one_account_an_hour(live, bluesky):
    for number in range(4):
        import_profile(live, f"some{number}.bsky.social", followers=1_000, days_old=90)
    bluesky.fails = (429, {"retry-after": "7200"}, b"{}")
    live.tick()
    calls = bluesky.calls["failed"]
    assert calls <= 2
    later(live, hours=1)
    live.tick()
    assert bluesky.calls["failed"] == calls


def test_fresh_figures_of_a_file_and_accounts_that_nobody_kept_are_not_asked_for(live, bluesky):
    import_profile(live, IDA, followers=20_000, days_old=2)
    live.command("ana", "look bluesky:dermabe.bsky.social")
    calls = bluesky.calls.copy()
    live.tick()
    later(live, days=3)
    live.tick()

    assert bluesky.calls == calls


def test_who_changed_the_handle_stays_the_same_person(live, bluesky):
    live.command("ana", f"look bluesky:{IDA}")
    live.press("ana", newest(live, "ana"), "creator_keep")
    number = profile_of(live, IDA).id
    bluesky.change(IDA, handle="ida.example")
    later(live, days=10)
    live.tick()

    assert profile_of(live, IDA) is None
    assert profile_of(live, "ida.example").id == number
    assert "Before: @glowbyida.bsky.social" in live.text_of(live.command("ana", "show ida.example"))


def test_a_handle_that_somebody_else_took_is_not_mistaken_for_the_same_person(live, bluesky):
    live.command("ana", f"look bluesky:{IDA}")
    live.press("ana", newest(live, "ana"), "creator_keep")
    number = profile_of(live, IDA).id
    bluesky.change(IDA, handle="ida.example")
    bluesky.change("spfsam.bsky.social", handle=IDA)
    later(live, days=1)

    live.command("ana", f"look bluesky:{IDA}")

    assert "Sam" in live.text_of(newest(live, "ana"))
    assert profile_of(live, "ida.example").id == number
    assert profile_of(live, IDA).id != number


def test_an_account_that_is_gone_is_said_to_be_and_keeps_its_figures(live, bluesky):
    live.command("ana", f"look bluesky:{IDA}")
    live.press("ana", newest(live, "ana"), "creator_keep")
    bluesky.remove(IDA)
    later(live, days=10)
    live.tick()

    text = live.text_of(live.command("ana", f"show {IDA}"))
    today = live.bot.services.clock.now().date()
    assert f"Not there any more since {today.day} {today:%B %Y}" in text
    assert "Followers: 42k" in text
    live.command("ana", f"look bluesky:{IDA}")
    told = newest(live, "ana")
    assert "What your list has of them stays." in live.text_of(told)
    live.press("ana", told, "show")
    assert "Not there any more" in live.private("ana")[-1]


def test_who_is_asked_for_by_name_and_not_here_can_be_fetched(live):
    text = live.text_of(live.command("ana", f"show {IDA}"))
    assert f"`/influencer look {IDA}` fetches them" in text or f"look {IDA} fetches them" in text


@pytest.mark.parametrize("typed", ["Anna Smith", "https://example.com/anna", "🔥🔥"])
def test_what_could_not_be_looked_at_is_not_offered_to_be(live, typed):
    assert "fetches them" not in live.text_of(live.command("ana", f"show {typed}"))


def test_one_who_opts_out_is_forgotten_but_for_what_people_kept(live, bluesky):
    for handle in (IDA, "dermabe.bsky.social"):
        live.command("ana", f"look bluesky:{handle}")
    live.press("ana", newest(live, "ana"), "creator_keep")
    for handle in (IDA, "dermabe.bsky.social"):
        bluesky.change(handle, labels=("!no-unauthenticated",))
    later(live, days=10)
    live.tick()
    live.command("ana", f"look bluesky:{IDA}")

    assert profile_of(live, IDA) is None
    text = live.text_of(live.command("ana", "show dermabe.bsky.social"))
    assert "88k" not in text
    assert "Skincare without myths" not in text
    with live.reading() as tx:
        sources = set(tx.session.exec(select(Snapshot.source)))
    assert "bluesky" not in sources


def test_one_who_opts_out_is_forgotten_as_soon_as_a_search_comes_across_it(live, bluesky):
    live.command("ana", "find skincare bluesky")
    live.press("ana", newest(live, "ana"), "find_run:look_up")
    number = profile_of(live, "dermabe.bsky.social").id
    live.press("ana", newest(live, "ana"), f"creator_keep:{number}")
    for handle in (IDA, "dermabe.bsky.social"):
        bluesky.change(handle, labels=("!no-unauthenticated",))
    later(live, hours=7)
    live.command("ben", "find skincare bluesky")

    assert profile_of(live, IDA) is None
    text = live.text_of(live.command("ana", "find skincare bluesky"))
    assert "spfsam" in text
    assert "88k" not in text
    assert "88k" not in live.text_of(live.command("ana", "show dermabe.bsky.social"))


def store_with_terms(slack: Slack, handle: str, kept: bool) -> int:
    """A YouTube account as the platform's terms have it: to be gone in 30 days."""
    with slack.writing() as tx:
        said = ProfileSnapshot(
            platform=Platform.YOUTUBE,
            handle=handle,
            display_name="Channel",
            bio="skincare",
            figures=Figures(followers=12_000, posts=80),
            as_of=tx.now.date(),
            source="youtube",
        )
        account = Account(
            snapshot=said,
            native_id=f"UC{handle}",
            keep_until=tx.now + dt.timedelta(days=30),
            refresh_by=tx.now + dt.timedelta(days=25),
        )
        vocabulary, pools = default_vocabulary(), index.pools(tx)
        ready = live_accounts.prepare([account], vocabulary, pools)
        (number,) = live_accounts.store(tx, ready, vocabulary, pools)
        if kept:
            owner = profiles.current(tx, [number])[number].profile.creator_id
            live_accounts.keep(tx, [owner])
        return number


def test_figures_go_when_their_terms_end_and_nobody_finds_them_any_more(live):
    kept, unkept = (
        store_with_terms(live, "keptone", kept=True),
        store_with_terms(live, "otherone", kept=False),
    )
    with live.reading() as tx:
        rows = {row.profile_id: row for row in tx.session.exec(select(LiveAccount))}
    assert rows[kept].refresh_at <= rows[kept].refresh_by
    later(live, days=29)
    live.tick()
    assert "12k" in live.text_of(live.command("ana", "show youtube:keptone"))
    later(live, days=1, minutes=1)
    live.tick()

    with live.reading() as tx:
        assert tx.session.exec(select(Snapshot).where(Snapshot.source == "youtube")).all() == []
        assert profiles.known(tx, [kept])[kept].figures.followers is None
        assert profiles.by_handle(tx, "otherone") == []
        assert len(tx.session.exec(select(Creator)).all()) == 1
    assert unkept != kept
    assert "12k" not in live.text_of(live.command("ana", "show youtube:keptone"))
    assert "Nobody matches" in live.text_of(live.command("ana", "find skincare"))


def test_a_card_keeps_no_figures_longer_than_their_terms_allow(live):
    store_with_terms(live, "carded", kept=True)
    shown = shortlist(live, "carded", asker="olivia").card
    assert "12k followers" in live.text_of(shown)
    later(live, days=31)
    live.tick()

    with live.reading() as tx:
        (card,) = tx.session.exec(select(Card)).all()
    assert "figures" not in card.profile
    assert "12k followers" not in live.text_of(shown)  # redrawn at once
    live.react("ana", "white_check_mark", shown)
    assert "12k followers" not in live.text_of(shown)


def store_anew(slack: Slack, handle: str, before_commit=lambda: None) -> None:
    """What a look-up does with an account that nobody has, in one transaction."""
    with slack.writing() as tx:
        said = ProfileSnapshot(
            platform=Platform.BLUESKY, handle=handle, as_of=tx.now.date(), source="bluesky"
        )
        vocabulary, pools = default_vocabulary(), index.pools(tx)
        account = Account(snapshot=said, native_id=f"did:plc:{handle}")
        live_accounts.store(
            tx, live_accounts.prepare([account], vocabulary, pools), vocabulary, pools
        )
        before_commit()


def test_two_look_ups_that_bring_the_same_account_at_once_store_it_once(slack):
    database = slack.bot.services.database
    trouble: list[Exception] = []

    def second() -> None:
        try:
            store_anew(slack, "both.bsky.social")
        except Exception as error:
            trouble.append(error)

    other = threading.Thread(target=second)

    def until_the_second_waits() -> None:
        other.start()
        if database.is_sqlite:
            return  # the lock was taken when this one began
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        waiting += " AND datname = current_database()"
        ends = time.monotonic() + 10
        while time.monotonic() < ends:
            with database.looking() as session:
                if session.exec(text(waiting)).scalar_one():
                    return
        raise AssertionError("the second one never came to the point where it has to wait")

    store_anew(slack, "both.bsky.social", before_commit=until_the_second_waits)
    other.join()

    assert trouble == []
    with slack.reading() as tx:
        (known,) = profiles.by_handle(tx, "both.bsky.social")
        assert len(tx.session.exec(select(Creator)).all()) == 1
        assert len(tx.session.exec(select(Snapshot)).all()) == 1
        assert live_accounts.of_profile(tx, known.id).native_id == "did:plc:both.bsky.social"
