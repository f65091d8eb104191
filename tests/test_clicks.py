"""Tracking links: they lead where they were made to, and clicks are counted and nothing else."""

import http.client
from typing import Any

from sqlmodel import select

from bot.clicks import Clicks
from storage import tracking_links
from storage.models import LinkDay, Partnership
from tests.selling import partnership, totals
from tests.slack import Slack

TARGET = "https://shop.example.com/serum?variant=2"
PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/605"}


def with_link(slack: Slack) -> tuple[str, int]:
    number = partnership(slack)
    with slack.writing() as tx:
        row = tx.session.get(Partnership, number)
        assert row is not None
        return tracking_links.issue(
            tx, row, "anna", TARGET, "instagram", "spring", None
        ).slug, number


def follow(
    slack: Slack, slug: str, headers: Any = PHONE, method: str = "GET"
) -> tuple[int, dict[str, str]]:
    line = http.client.HTTPConnection("127.0.0.1", slack.server.port, timeout=10)
    line.request(method, f"/r/{slug}", headers=headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}


def clicks(slack: Slack) -> list[int]:
    slack.server.clicks.flush()
    with slack.reading() as tx:
        return [one.clicks for one in tx.session.exec(select(LinkDay))]


def test_a_link_leads_to_its_target_and_tells_nobody_where_from(slack: Slack) -> None:
    slug, number = with_link(slack)

    status, headers = follow(slack, slug)

    assert status == 302
    assert headers["location"] == (
        "https://shop.example.com/serum?variant=2&utm_source=instagram&utm_medium=influencer"
        f"&utm_campaign=spring&utm_content={slug}"
    )
    assert headers["referrer-policy"] == "no-referrer"
    assert "no-store" in headers["cache-control"]
    assert "set-cookie" not in headers
    assert clicks(slack) == [1]
    assert totals(slack, number).clicks == 1


def test_names_that_were_never_given_out_lead_nowhere(slack: Slack) -> None:
    with_link(slack)

    for path in (
        "",
        "nobody-k3wf9x",
        "../slack/events",
        "a" * 500,
        "https://evil.example",
        "%00",
        "%C3%A9",
    ):
        status, headers = follow(slack, path)
        assert status in (400, 404), path
        assert "location" not in headers


def test_no_request_changes_where_a_link_leads(slack: Slack) -> None:
    slug, _ = with_link(slack)
    expected = follow(slack, slug)[1]["location"]

    for path in (f"{slug}?url=https://evil.example", f"{slug}?next=//evil.example#x"):
        assert follow(slack, path)[1]["location"] == expected
    host = {**PHONE, "Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    assert follow(slack, slug, host)[1]["location"] == expected
    assert follow(slack, slug, method="POST")[0] == 405
    assert follow(slack, f"{slug}/more")[0] == 404


def test_previews_and_heads_lead_on_and_are_not_counted(slack: Slack) -> None:
    slug, _ = with_link(slack)

    for headers, method in (
        (PHONE, "HEAD"),
        ({**PHONE, "Sec-Purpose": "prefetch"}, "GET"),
        ({**PHONE, "Purpose": "preview"}, "GET"),
        ({"User-Agent": "facebookexternalhit/1.1"}, "GET"),
        ({"User-Agent": "Slackbot-LinkExpanding 1.0"}, "GET"),
        ({}, "GET"),
    ):
        assert follow(slack, slug, headers, method)[0] == 302

    assert clicks(slack) == []


def test_a_flood_of_clicks_makes_one_row_and_a_few_transactions(slack: Slack) -> None:
    slug, number = with_link(slack)
    counted = slack.server.clicks

    for _ in range(20_000):
        assert counted.follow(slug, counted=True) is not None
    assert counted.waiting <= 2

    assert sum(clicks(slack)) == 20_000
    assert len(clicks(slack)) == 1
    assert totals(slack, number).clicks == 20_000


def test_clicks_of_two_servers_and_of_two_moments_add_up(slack: Slack) -> None:
    slug, number = with_link(slack)
    other = Clicks(slack.bot)
    for _ in range(3):
        other.follow(slug, counted=True)
    follow(slack, slug)
    other.flush()
    assert sum(clicks(slack)) == 4
    other.follow(slug, counted=True)
    other.stop()

    assert totals(slack, number).clicks == 5


def test_clicks_of_a_partnership_that_is_gone_are_dropped(slack: Slack) -> None:
    slug, number = with_link(slack)
    counted = slack.server.clicks
    counted.follow(slug, counted=True)
    with slack.writing() as tx:
        row = tx.session.get(Partnership, number)
        assert row is not None
        tx.session.delete(row)

    assert clicks(slack) == []
