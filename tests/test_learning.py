"""What a partnership brought changes how well its creator fits from then on."""

import pytest

from storage import brands, people, relationships
from storage.models import Relationship
from tests.partnering import add_brief, add_creators, log, rows
from tests.slack import Slack

GOOD = {"likes": "5,000", "comments": "400"}
NOTHING = {"likes": "0", "comments": "0"}


@pytest.fixture
def scene(slack: Slack) -> Slack:
    """Creators of the same figures, so that only what they brought tells them apart."""
    add_creators(slack, "anna", "bea", "cleo")
    return slack


def finish(slack: Slack, creator: str, brought: dict[str, str], rating: str, **more: str) -> None:
    """Ana logs a partnership from its results to its end."""
    log(slack, "ana", "results", brought, creator=creator, **more)
    log(slack, "ana", "feedback", {"rating": rating})
    assert not log(slack, "ana", "stage", {"stage": "done"})
    slack.workspace.close_view("ana", everything=True)


def order(slack: Slack, who: str) -> list[str]:
    """Creators as find ranks them."""
    text = slack.text_of(slack.command(who, "find skincare"))
    return sorted(["anna", "bea", "cleo"], key=lambda handle: text.index(f"@{handle}"))


def test_a_good_outcome_lifts_a_creator_and_a_bad_one_sinks_them(scene: Slack) -> None:
    finish(scene, "@cleo", GOOD, "5")
    finish(scene, "@anna", NOTHING, "1")

    assert order(scene, "ben") == ["cleo", "bea", "anna"]
    with scene.reading() as tx:
        known = relationships.known(tx, [1, 2, 3])
    values = [known[number].value for number in (1, 2, 3)]
    assert values == [0, None, 10_000]


def test_results_logged_after_the_end_count_too(scene: Slack) -> None:
    finish(scene, "@anna", NOTHING, "3")
    [before] = [row.value for row in rows(scene, Relationship)]

    log(scene, "ana", "results", GOOD)

    [after] = [row.value for row in rows(scene, Relationship)]
    assert (before, after) == (2_500, 7_500)


def test_results_and_feedback_count_while_the_partnership_is_live(scene: Slack) -> None:
    log(scene, "ana", "results", GOOD, creator="@cleo")
    [after_results] = [row.value for row in rows(scene, Relationship)]
    log(scene, "ana", "feedback", {"rating": "1"})
    [after_feedback] = [row.value for row in rows(scene, Relationship)]

    assert (after_results, after_feedback) == (10_000, 5_000)
    scene.workspace.close_view("ana", everything=True)
    assert "1 partnership under way" in scene.text_of(scene.command("ben", "show cleo"))


def test_posts_without_figures_yet_weigh_nothing_before_the_end(scene: Slack) -> None:
    log(scene, "ana", "results", {"likes": "500", "new_post": "https://example.org/p/1"})
    [before] = [row.value for row in rows(scene, Relationship)]

    links = "https://example.org/p/1\nhttps://example.org/p/2\nhttps://example.org/p/3"
    assert not log(scene, "ana", "stage", {"posts": links})
    [live] = [row.value for row in rows(scene, Relationship)]
    assert not log(scene, "ana", "stage", {"stage": "done"})
    [done] = [row.value for row in rows(scene, Relationship)]

    assert before == live > done


def test_a_partnership_with_nothing_logged_changes_nothing(scene: Slack) -> None:
    assert not log(scene, "ana", "stage", {"stage": "live"}, creator="@anna")

    assert rows(scene, Relationship) == []


def test_what_a_limited_brand_learned_changes_nothing_for_others(scene: Slack) -> None:
    with scene.writing() as tx:
        brand = brands.create(tx, "Acme", None)
        ana = people.get(tx, scene.workspace.user("ana").id)
        brands.limit(tx, brand, True, [ana])
    brief = add_brief(scene, "Secret Serum", brand.id)
    before = scene.text_of(scene.command("ben", "find skincare"))

    finish(scene, "@cleo", GOOD, "5", partnership=f"n:{brief}")

    after = scene.text_of(scene.command("ben", "find skincare"))
    assert order(scene, "ana")[0] == "cleo"
    unchanged = sorted(["anna", "bea", "cleo"], key=lambda handle: before.index(f"@{handle}"))
    assert order(scene, "ben") == unchanged
    assert "Acme" not in after
    assert "Secret Serum" not in after
    assert "finished partnership" not in after
