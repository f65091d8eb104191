"""What platforms are told: the words, size, country and language of a search, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from domain.brief import BriefContent
from domain.brief_form import BriefDraft
from domain.creator import Platform
from storage import brands, briefs, people
from tests.beginnings import Beginning
from tests.shortlisting import add_creators
from tests.slack import Slack
from tests.test_find import newest
from tests.test_source_bluesky import actor, platform_of
from tests.test_source_mastodon import account, server
from tests.test_source_youtube import api, channel
from tests.web import Request, Web, web

SECRET = "confidential"
KEY = "AIzaSecretOfTheOperator"


@pytest.fixture
def platforms() -> Iterator[dict[str, Web]]:
    """Three platforms that remember what they were asked."""
    with (
        web(platform_of(actor(1, followersCount=20_000, description="skincare"))) as bluesky,
        web(server(account())) as mastodon,
        web(api(channel(1))) as youtube,
    ):
        yield {"bluesky": bluesky, "mastodon": mastodon, "youtube": youtube}


@pytest.fixture
def slack(beginning: Beginning, tmp_path: Path, platforms: dict[str, Web]) -> Iterator[Slack]:
    started = Slack.start(
        beginning.database_url,
        tmp_path,
        beginning.scene,
        live_sources=True,
        bluesky_base_url=f"{platforms['bluesky'].url}/",
        mastodon_servers=(platforms["mastodon"].url,),
        youtube_base_url=f"{platforms['youtube'].url}/",
        youtube_api_key=SecretStr(KEY),
    )
    yield started
    started.stop()
    assert started.problems == []


def fill(slack: Slack) -> None:
    """A brief, a brand, a tag, a list and a note, each with a word that nobody else may hear."""
    draft = BriefDraft(
        name=f"{SECRET} brief",
        content=BriefContent(
            product=f"{SECRET} cream",
            niches=("skincare",),
            never=(f"{SECRET}-never",),
            countries=("DE",),
            languages=("de",),
            required_tags=(f"{SECRET}brand",),
            hashtags=(f"{SECRET}tag",),
            link=f"https://{SECRET}.example.com/",
            deliverables=f"{SECRET} video",
        ),
    )
    add_creators(slack, "anna")
    with slack.writing() as tx:
        asker = people.get(tx, slack.workspace.user("ana").id)
        brand = brands.create(tx, f"{SECRET} brand", asker.id)
        tx.session.flush()
        briefs.create(tx, draft, brand.id, asker.id)
    slack.command("ana", f"list add @anna to {SECRET}")
    for what in ("creator_tags", "creator_note"):
        slack.press("ana", slack.command("ana", "show @anna"), what)
        field = what.removeprefix("creator_")
        assert slack.submit("ana", {field: SECRET}) is None


def sent(platforms: dict[str, Web]) -> list[tuple[str, Request]]:
    return [(name, one) for name, here in platforms.items() for one in here.requests]


def all_values(request: Request) -> list[str]:
    """Everything in a request that could tell something."""
    own = [value for values in request.query.values() for value in values]
    return [request.path, *request.query, *own, *request.headers.values()]


@pytest.mark.parametrize(
    "typed",
    [
        f"find for {SECRET} micro under €500",
        f"find skincare micro tag:{SECRET} under €500 owner:me",
        f"find skincare micro list:{SECRET}",
    ],
)
def test_a_search_tells_platforms_no_name_tag_list_price_or_person(
    slack: Slack, platforms: dict[str, Web], typed: str
) -> None:
    fill(slack)
    answer = slack.command("ana", f"{typed} bluesky mastodon youtube")

    assert "Looking on" in slack.text_of(answer), slack.text_of(answer)
    assert {name for name, _ in sent(platforms)} == platforms.keys()
    people_here = [slack.workspace.user(name) for name in ("ana", "ben", "olivia")]
    never = [SECRET, "500", "€", "micro", "under", "tag:", "list:", "owner:"]
    never += [told for one in people_here for told in (one.id, one.real_name)]
    for name, request in sent(platforms):
        for value in all_values(request):
            assert not [word for word in never if word.lower() in value.lower()], (name, value)
            assert KEY not in value or name == "youtube"
        assert "cookie" not in request.headers
        assert "referer" not in request.headers


def test_one_person_is_asked_for_by_the_handle_alone(
    slack: Slack, platforms: dict[str, Web]
) -> None:
    fill(slack)
    slack.command("ana", "look bluesky:a1.test")

    assert "a1.test" in slack.text_of(newest(slack, "ana"))
    asked = [one.query for name, one in sent(platforms)]
    assert asked[0] == {"actor": ["a1.test"]}
    assert {name for name, _ in sent(platforms)} == {Platform.BLUESKY.value}
