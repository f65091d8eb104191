"""The whole job in a real browser: find, shortlist, approve, log, read the weekly digest, import.

The playground is started as people start it, and everything is done by clicking and typing. Each
step leaves pictures in tests/screenshots; KEEP_PICTURES=1 renews those that the README shows.
"""

import datetime as dt
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import MARKETING, SCREENSHOTS, Person, chromium, opened, playground

HANDLE = re.compile(r"@[\w.]+")
CREATORS = """\
Handle,Full name,Platform,Followers,Engagement rate,Country,Niche,Favourite colour
@nila_kelpwood,Nila Kelpwood,Instagram,12.4K,3.1%,DE,skincare,teal
@oskar_fennimore,Oskar Fennimore,Instagram,8.2K,4.4%,AT,skincare,
@tilda_marrowby,Tilda Marrowby,TikTok,31K,7.9%,GB,vegan food,plum
,Nobody Known,Instagram,900,1.0%,DE,skincare,grey
@remy_oakhollow,Remy Oakhollow,TikTok,n/a,,FR,running,teal
"""
"""Invented, as a tool might export it."""
Somebody = Callable[[str], Person]


@pytest.fixture(scope="module")
def somebody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Somebody]:
    """Gives people at their keyboards, by name; all of them sit in the same playground."""
    chromium()
    SCREENSHOTS.mkdir(exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with playground(tmp_path_factory.mktemp("playground"), port) as address, opened() as browser:
        seen: dict[str, Person] = {}

        def person(name: str) -> Person:
            if name not in seen:
                seen[name] = Person(browser, address, name)
            return seen[name]

        yield person
        for one in seen.values():
            assert one.failures == [], f"the page failed for {one.name}"
        assert person("olivia").state()["problems"] == [], "Slack would have hidden this"
        assert person("olivia").state()["refusals"] == [], "Slack would have refused this"


def test_a_team_finds_shortlists_approves_logs_and_reads_its_digest(somebody: Somebody) -> None:
    olivia, ana, ben = somebody("olivia"), somebody("ana"), somebody("ben")

    answer, handles = find(olivia)
    shortlist(olivia, answer, handles[3:])
    decide(olivia, ana, ben, handles[:3])
    log(olivia, handles[0])
    read_digest(olivia)
    see_home(olivia)


def test_a_file_is_read_reviewed_stored_and_found(somebody: Somebody, tmp_path: Path) -> None:
    olivia = somebody("olivia")
    day = dt.date.today() - dt.timedelta(days=12)  # noqa: DTZ011  any day lately will do
    path = tmp_path / f"spring creators {day}.csv"
    path.write_text(CREATORS, encoding="utf-8")
    olivia.go(f"#/{MARKETING}")

    olivia.command("/influencer import")
    olivia.picture("import")
    olivia.modal.locator("input[type=file]").set_input_files(path)
    expect(olivia.modal.locator(".uploads")).to_contain_text(path.name)
    olivia.submit()
    expect(olivia.modal).to_contain_text("Review the columns")
    expect(olivia.modal).to_contain_text("Favourite colour")
    olivia.picture("columns")
    olivia.submit()
    expect(olivia.modal).to_contain_text("is being stored")
    olivia.close_modal()
    olivia.go("#/app/messages")
    report = olivia.says("is in.")
    expect(report).to_contain_text("4 new")
    expect(report).to_contain_text("1 skipped")
    olivia.picture("imported", top=report)

    olivia.go(f"#/{MARKETING}")
    found = olivia.type('/influencer find list:"spring creators"')
    expect(found).to_contain_text("Nila Kelpwood")


def find(olivia: Person) -> tuple[Locator, list[str]]:
    """The answer ranks creators with reasons; gives it, and their handles, best first."""
    answer = olivia.type("/influencer find skincare micro")
    expect(answer).to_contain_text("10 of ")
    expect(answer).to_contain_text("Fit ")
    olivia.picture("find", top=answer)
    buttons = answer.get_by_role("button", name=re.compile("^Details @"))
    handles = HANDLE.findall(" ".join(buttons.all_inner_texts()))
    assert len(handles) == len(set(handles)) == 10

    buttons.first.click()
    details = olivia.says("History with your team")
    expect(details).to_contain_text("Engagement")
    olivia.picture("details", top=details)
    return answer, handles


def shortlist(olivia: Person, answer: Locator, left_out: list[str]) -> None:
    """Three of those found become cards with a summary, for two approvers who must agree."""
    olivia.press("Shortlist these", answer)
    expect(olivia.modal).to_be_visible()
    for handle in left_out:
        olivia.press(f"Remove {handle}", olivia.modal)
    expect(olivia.field("Brief").locator("option:checked")).to_have_text("Winter skin (demo)")
    olivia.pick("Approvers", "Ana Approver", "Ben Approver")
    olivia.fill("Approvals needed", "2")
    olivia.picture("shortlist")
    olivia.submit()
    expect(olivia.modal).to_have_count(0)
    expect(olivia.says("Shortlist · Winter skin").get_by_test_id("replies")).to_be_visible()


def decide(olivia: Person, ana: Person, ben: Person, handles: list[str]) -> None:
    """One is approved by reactions, one rejected, one approved by button; a reason is given."""
    first, second, third = handles
    cards = {name: open_cards(who) for name, who in (("ana", ana), ("ben", ben))}
    ana.react(cards["ana"](first), "white_check_mark")
    expect(cards["ben"](first)).to_contain_text("Approve: Ana")
    ana.picture("cards")
    ben.react(cards["ben"](first), "white_check_mark")
    expect(cards["ana"](first)).to_contain_text("Approved by Ana and Ben")

    ana.react(cards["ana"](second), "x")
    expect(cards["ben"](second)).to_contain_text("Reject: Ana")
    ben.press("Reject", cards["ben"](second))
    expect(cards["ana"](second)).to_contain_text("Rejected by Ana and Ben")
    ana.press("Why", cards["ana"](second))
    ana.choose("What is it about?", "Audience")
    ana.fill("In one line", "Too few of them live where we sell")
    ana.picture("why")
    ana.submit()
    expect(cards["ben"](second)).to_contain_text("Too few of them live where we sell")

    ana.press("Approve", cards["ana"](third))
    expect(cards["ben"](third)).to_contain_text("Approve: Ana")
    ben.press("Approve", cards["ben"](third))
    expect(cards["ana"](third)).to_contain_text("Approved by Ana and Ben")
    ana.picture("decided")
    olivia.go(f"#/{MARKETING}")
    summary = olivia.says("Shortlist · Winter skin")
    expect(summary).to_contain_text("2 approved")
    olivia.picture("summary")


def open_cards(who: Person) -> Callable[[str], Locator]:
    """Open the thread of the shortlist; gives the card of a handle."""
    who.says("Shortlist · Winter skin").get_by_test_id("replies").click()
    expect(who.replies).to_have_count(4)
    expect(who.replies.last.locator("[data-reaction]")).to_have_count(3)

    def card(handle: str) -> Locator:
        return who.replies.filter(has=who.page.get_by_role("button", name=handle)).first

    return card


def log(olivia: Person, handle: str) -> None:
    """The approved creator goes live with a cost, a post and its first results."""
    olivia.command(f"/influencer log {handle}")
    olivia.submit()
    olivia.choose("Stage", "Live")
    olivia.fill("Links of the published posts", "https://example.com/post-of-this-test")
    olivia.choose("Currency", "EUR")
    olivia.fill("Fee", "150")
    olivia.picture("log")
    olivia.submit()
    expect(olivia.modal).to_contain_text("What else do you want to log?")
    olivia.modal.get_by_label("Results", exact=True).check()
    olivia.submit()
    for metric, total in (("Likes", "940"), ("Comments", "61"), ("Impressions", "21000")):
        olivia.fill(metric, total)
    olivia.picture("results")
    olivia.submit()
    expect(olivia.modal).to_contain_text("21,000 impressions")
    olivia.picture("logged")
    olivia.close_modal()


def read_digest(olivia: Person) -> None:
    """Set up through a preview; it comes on Monday at nine, with table and charts."""
    olivia.command("/influencer digest")
    olivia.picture("digest-form")
    olivia.submit()
    preview = olivia.says("Only you see this preview")
    olivia.picture("digest-preview", top=preview)
    olivia.press("Start this digest", preview)
    olivia.page.get_by_test_id("confirm-yes").click()
    expect(olivia.says("Started: a digest")).to_be_visible()

    olivia.page.get_by_test_id("clock-monday").click()
    digest = olivia.says("Weekly digest ·")
    expect(digest.locator("table.block-table")).to_contain_text("Engagements")
    olivia.picture("digest", top=digest)
    digest.get_by_test_id("replies").click()
    chart = olivia.replies.locator("svg").first
    expect(chart).to_be_visible()
    olivia.picture("charts", top=chart)
    olivia.go(f"#/{MARKETING}")


def see_home(olivia: Person) -> None:
    """App Home shows what waits and what goes on."""
    olivia.page.get_by_test_id("app").click()
    olivia.page.get_by_test_id("home-tab").click()  # unread messages open the other tab first
    expect(olivia.page.get_by_test_id("home")).to_be_visible()
    olivia.picture("home")
