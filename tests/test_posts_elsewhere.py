"""Short links and posts on Mastodon, from the form in Slack to the figures, over TLS and names."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sources.live import LiveSettings, LiveSources
from storage.models import Post, Result
from tests.asking import Ledger
from tests.internet import internet
from tests.partnering import add_creators, rows
from tests.slack import Slack
from tests.test_posts_read import later, log_post, the_post, told
from tests.test_source_posts import status
from tests.web import Reply, Request, Web

LINK = "https://mastodon.social/@anna/123456789"


@contextmanager
def online(slack: Slack, folder: Path, hosts: dict[str, Callable[[Request], Any]]) -> Iterator[Web]:
    """The bot reaches these hosts and no others."""
    with internet(folder, hosts) as (network, here):
        settings = LiveSettings(mastodon_servers=("https://mastodon.social",))
        now = slack.bot.services.clock.now
        live = LiveSources(settings, now, Ledger(), network=network)
        object.__setattr__(slack.bot.services, "live", live)  # as settings do at a start
        yield here


def leads(location: str) -> Callable[[Request], Reply]:
    return lambda _: Reply(status=301, headers={"Location": location})


def test_a_short_link_is_followed_to_its_post_whose_figures_are_fetched(
    slack: Slack, tmp_path: Path
) -> None:
    add_creators(slack, "anna")
    hosts = {"bit.ly": leads(f"{LINK}?utm_source=x"), "mastodon.social": lambda _: status()}
    with online(slack, tmp_path, hosts) as here:
        log_post(slack, "https://bit.ly/3abc")
        slack.tick()

    assert here.paths() == ["/3abc", "/api/v1/statuses/123456789"]
    assert (the_post(slack).url, the_post(slack).is_short) == (LINK, False)
    (result,) = rows(slack, Result)
    assert (result.likes, result.comments, result.shares, result.source) == (5, 2, 1, "mastodon")
    assert the_post(slack).disclosure == "disclosed"
    details = slack.press("ana", slack.command("ana", "partners"), "partner_details")
    assert "mastodon.social/@anna/123456789: 5 likes, 2 comments, 1 share" in slack.text_of(details)


def test_a_short_link_into_the_own_network_asks_nobody_there_and_is_said(
    slack: Slack, tmp_path: Path
) -> None:
    add_creators(slack, "anna")
    with online(slack, tmp_path, {"bit.ly": leads("https://tinyurl.com/inner")}) as here:
        log_post(slack, "https://bit.ly/3abc")  # tinyurl.com has a private address here
        slack.workspace.move_clock_to(1, 10, who="ana")
        slack.tick()

    assert here.paths() == ["/3abc"]
    assert rows(slack, Result) == []
    assert sum("leads to no post" in text for text in told(slack)) == 1


def test_a_post_on_mastodon_is_followed_until_its_author_deletes_it(
    slack: Slack, tmp_path: Path
) -> None:
    add_creators(slack, "anna")
    answers: list[Any] = [
        status(content="<p>My new serum</p>"),
        status(content="<p>My new serum</p>", favourites_count=40),
        Reply(status=404, body={"error": "Record not found"}),
    ]
    with online(slack, tmp_path, {"mastodon.social": lambda _: answers[0]}):
        log_post(slack, LINK)
        assert any("is live and not disclosed as advertising" in text for text in told(slack))
        for _ in range(2):
            answers.pop(0)
            later(slack, days=8)
            slack.tick()

    assert [one.likes for one in rows(slack, Result)] == [5, 40]
    assert the_post(slack).absent == "gone"
    details = slack.press("ana", slack.command("ana", "partners"), "partner_details")
    said = slack.text_of(details)
    assert "40 likes" in said
    assert "no longer there: last figures kept" in said
    assert [one.url for one in rows(slack, Post)] == [LINK]
