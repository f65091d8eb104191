"""`/influencer log` end to end: stages, cost, posts, results and feedback, as people log them."""

import datetime as dt
import json
import threading

import pytest
from sqlalchemy import update
from sqlmodel import col

from domain.partnership import Stage
from domain.result_form import ResultDraft
from domain.results import Totals
from storage import audit, brands, partnerships, people, results
from storage.models import Brief, Cost, Feedback, Partnership, Post, Result, StageChange
from tests.partnering import add_brief, add_creators, log, open_log, rows, saved
from tests.shortlisting import shortlist
from tests.slack import Slack

POST = "https://www.instagram.com/p/Abc123/?igsh=xyz"


@pytest.fixture
def scene(slack: Slack) -> Slack:
    """A workspace with two creators."""
    add_creators(slack, "anna", "bea")
    return slack


def test_a_partnership_begins_with_what_was_logged_first(scene: Slack) -> None:
    brief = add_brief(scene, "Spring Glow")

    errors = log(
        scene,
        "ana",
        "stage",
        {
            "stage": "agreed",
            "fee": "€1.200,50",
            "product_value": "80",
            "currency": "EUR",
            "deliverables": "2 Reels",
            "posts": POST,
        },
        partnership=f"n:{brief}",
    )

    assert errors == {}
    said = saved(scene, "ana")
    assert "Saved: a new partnership, agreed, fee €1,200.50" in said
    assert "Spring Glow · agreed · owner Ana" in said
    [partnership] = rows(scene, Partnership)
    assert (partnership.stage, partnership.brief_id) == ("agreed", brief)
    assert {(cost.kind, cost.amount, cost.currency) for cost in rows(scene, Cost)} == {
        ("fee", 120050, "EUR"),
        ("product", 8000, "EUR"),
    }
    assert [post.url for post in rows(scene, Post)] == ["https://instagram.com/p/Abc123"]
    assert [change.to_stage for change in rows(scene, StageChange)] == ["agreed"]


def test_impossible_values_are_said_under_their_fields_and_nothing_is_stored(scene: Slack) -> None:
    errors = log(
        scene,
        "ana",
        "stage",
        {"stage": "live", "fee": "-5 EUR", "shipping": "a lot", "other": "12", "posts": "no link"},
    )

    assert set(errors) == {"fee", "shipping", "other", "posts"}
    assert "negative" in errors["fee"]
    assert "currency" in errors["other"]
    assert "not a link to a post" in errors["posts"]
    assert rows(scene, Partnership) == []


@pytest.mark.parametrize("absurd", ["-5", "1e999", "many", "12.5", "9" * 30])
def test_absurd_figures_are_refused_under_their_field(scene: Slack, absurd: str) -> None:
    errors = log(scene, "ana", "results", {"likes": absurd, "views": "10"})

    assert set(errors) == {"likes"}
    assert rows(scene, Result) == []


def test_a_day_that_is_still_to_come_has_no_totals(scene: Slack) -> None:
    errors = log(scene, "ana", "results", {"likes": "5", "as_of": "2099-01-01"})

    assert errors == {"as_of": "That day is still to come. Totals are those of today or earlier."}


def test_results_without_a_figure_are_asked_for_one(scene: Slack) -> None:
    assert list(log(scene, "ana", "results", {}).values()) == [
        "Please give at least one figure, or close this form."
    ]


def test_a_correction_is_a_new_row_and_the_old_one_stays(scene: Slack) -> None:
    log(scene, "ana", "results", {"likes": "1,200", "views": "12.3k", "new_post": POST})
    log(scene, "ana", "results", {"likes": "1,000"})

    said = saved(scene, "ana")
    assert "This corrects earlier figures, which stay on the record." in said
    assert "12,300 views, 1,000 likes" in said
    assert [row.likes for row in rows(scene, Result)] == [1200, 1000]


def test_the_same_results_from_two_people_are_one(scene: Slack) -> None:
    log(scene, "ana", "results", {"likes": "1,200", "new_post": POST, "as_of": "2026-11-02"})
    saved(scene, "ana")

    log(scene, "ben", "results", {"likes": "1200", "as_of": "2026-11-02"})

    assert "on the record already" in saved(scene, "ben")
    assert len(rows(scene, Result)) == 1


def test_a_repeated_submission_changes_nothing_and_gets_the_same_answer(scene: Slack) -> None:
    log(scene, "ana", "feedback", {"rating": "4", "note": "They loved it"})

    again = scene.redeliver_last("submission")

    assert "Saved the audience's feedback" in json.dumps(again.json(), ensure_ascii=False)
    assert [one.rating for one in rows(scene, Feedback)] == [4]


def test_no_cost_is_said_so_and_never_zero_or_infinite(scene: Slack) -> None:
    log(scene, "ana", "stage", {"stage": "live", "fee": "0 EUR"})
    log(scene, "ana", "results", {"likes": "100", "conversions": "0"})

    said = saved(scene, "ana")
    assert "CPE: no cost known" in said
    assert "CPA: no cost known" in said
    assert "ROAS: no cost known" in said


def test_a_fee_of_0_needs_no_currency_and_means_that_none_is_known(scene: Slack) -> None:
    log(scene, "ana", "stage", {"stage": "live", "fee": "500 EUR"})
    assert not log(scene, "ana", "stage", {"fee": "0"})

    said = saved(scene, "ana")
    assert "✅ Saved: no fee known." in said
    assert rows(scene, Cost) == []


def test_key_figures_come_with_their_definitions(scene: Slack) -> None:
    log(scene, "ana", "stage", {"stage": "live", "fee": "500 EUR", "shipping": "20 EUR"})
    log(
        scene,
        "ana",
        "results",
        {"likes": "900", "comments": "100", "conversions": "26", "revenue": "€1,040"},
    )

    said = saved(scene, "ana")
    assert "CPE: €0.52 (cost ÷ likes, comments, shares and saves)" in said
    assert "CPA: €20 (cost ÷ conversions)" in said
    assert "ROAS: 2.00× (revenue ÷ cost)" in said


def test_costs_in_two_currencies_keep_them_and_give_no_key_figure(scene: Slack) -> None:
    log(scene, "ana", "stage", {"stage": "live", "fee": "500 EUR", "shipping": "$20"})
    log(scene, "ana", "results", {"likes": "900"})

    said = saved(scene, "ana")
    assert "€500 + US$20" in said
    assert "costs in EUR and USD don't add up" in said


def test_figures_that_rarely_go_together_are_kept_and_pointed_out(scene: Slack) -> None:
    log(scene, "ana", "results", {"clicks": "500", "impressions": "300"})

    said = saved(scene, "ana")
    assert "Please check: More clicks (500) than impressions (300)" in said
    assert rows(scene, Result)[0].clicks == 500


def test_a_move_that_makes_no_sense_by_now_is_refused_with_those_that_do(scene: Slack) -> None:
    log(scene, "ana", "stage", {"stage": "live"})
    assert not scene.submit("ana", {"what": "stage"})
    log(scene, "ben", "stage", {"stage": "done"})

    errors = scene.submit("ana", {"stage": "agreed"})

    assert errors == {
        "stage": "A partnership that is done can't become agreed; it can become: live."
    }


def test_two_people_who_change_different_things_undo_nothing(scene: Slack) -> None:
    log(scene, "ana", "stage", {"stage": "live", "fee": "500 EUR"})
    saved(scene, "ana")
    for who in ("ana", "ben"):
        open_log(scene, who)
        scene.submit(who, {"what": "stage"})

    assert not scene.submit("ben", {"fee": "600 EUR", "stage": "done"})
    assert not scene.submit("ana", {"deliverables": "1 Reel"})

    [partnership] = rows(scene, Partnership)
    assert (partnership.stage, partnership.deliverables) == ("done", "1 Reel")
    assert [cost.amount for cost in rows(scene, Cost)] == [60000]


def test_an_emptied_cost_goes_and_an_emptied_link_stays_once_it_has_results(scene: Slack) -> None:
    log(scene, "ana", "stage", {"stage": "live", "fee": "500 EUR", "posts": POST})
    log(scene, "ana", "results", {"likes": "5"})

    errors = log(scene, "ana", "stage", {"posts": "", "fee": ""})
    assert errors == {"posts": "instagram.com/p/Abc123 has results, so it stays on the record."}
    assert len(rows(scene, Cost)) == 1

    assert not scene.submit("ana", {"posts": POST, "fee": ""})
    assert rows(scene, Cost) == []


def test_figures_of_all_posts_together_are_not_counted_on_top_of_each(scene: Slack) -> None:
    log(scene, "ana", "stage", {"stage": "live", "posts": f"{POST}\nhttps://tiktok.com/@a/video/1"})
    newest, older = [str(post.id) for post in reversed(rows(scene, Post))]
    log(scene, "ana", "results", {"likes": "100", "post": newest})
    log(scene, "ana", "results", {"likes": "200", "post": older})
    log(scene, "ana", "results", {"likes": "310", "conversions": "4", "post": "all"})

    assert "310 likes, 4 conversions" in saved(scene, "ana")


def test_the_figures_of_the_briefs_goal_are_asked_for_first(scene: Slack) -> None:
    brief = add_brief(scene)
    with scene.writing() as tx:
        mine = update(Brief).where(col(Brief.id) == brief)
        tx.session.execute(mine.values(goal="conversions"))
    open_log(scene, "ana")
    scene.submit("ana", {"what": "results", "partnership": f"n:{brief}"})

    asked = [block["block_id"] for block in scene.view("ana").blocks if block["type"] == "input"]

    assert asked[:5] == ["new_post", "as_of", "conversions", "clicks", "revenue"]
    assert "More figures" in scene.text_of(scene.view("ana"))


def test_feedback_needs_a_rating_or_a_note(scene: Slack) -> None:
    assert log(scene, "ana", "feedback", {}) == {"note": "Please give a rating, a note, or both."}
    assert not scene.submit("ana", {"rating": "5", "note": "“Where can I buy it?”"})

    assert "Audience feedback: 5 of 5" in saved(scene, "ana")


def test_guests_log_nothing(scene: Slack) -> None:
    answer = scene.command("gus", "log @anna")

    assert "Guests can't use this" in scene.text_of(answer)


def test_a_brand_limited_to_others_is_not_there(scene: Slack) -> None:
    with scene.writing() as tx:
        brand = brands.create(tx, "Acme", None)
        ana = people.get(tx, scene.workspace.user("ana").id)
        brands.limit(tx, brand, True, [ana])
    brief = add_brief(scene, "Secret Serum", brand.id)
    log(scene, "ana", "stage", {"stage": "live", "fee": "500 EUR"}, partnership=f"n:{brief}")
    listed = scene.text_of(scene.command("ana", "partners"))
    assert "Secret Serum" in listed

    others = scene.text_of(scene.command("ben", "partners"))
    form = scene.text_of(open_log(scene, "ben"))

    assert "Secret Serum" not in others + form
    assert "Acme" not in others + form
    assert "brand is called" in scene.text_of(scene.command("ben", "partners brand:Acme"))


def test_an_unknown_creator_and_a_colleague_get_a_sentence(scene: Slack) -> None:
    unknown = scene.text_of(scene.command("ana", "log @nobody"))
    colleague = scene.text_of(scene.command("ana", "log @ben"))

    assert "I don't know a creator “nobody”" in unknown
    assert "from your team" in colleague or "no creator called" in colleague


def test_the_button_on_an_approved_card_opens_its_partnership(slack: Slack) -> None:
    posted = shortlist(slack, "mara", quorum=1)
    slack.react("ana", "white_check_mark", posted.card)

    form = slack.press("ben", posted.cards["mara"], "log")

    assert "owner Olivia" in slack.text_of(form)
    assert not slack.submit("ben", {"what": "stage"})
    assert not slack.submit("ben", {"stage": "contacted"})
    [partnership] = rows(slack, Partnership)
    assert partnership.stage == "contacted"
    assert [change.to_stage for change in rows(slack, StageChange)] == ["approved", "contacted"]


def test_the_day_of_publishing_is_kept_with_new_posts(scene: Slack) -> None:
    log(scene, "ana", "stage", {"stage": "live", "posts": POST, "posted_on": "2026-11-20"})

    assert [post.posted_on for post in rows(scene, Post)] == [dt.date(2026, 11, 20)]


def test_partners_are_listed_by_stage_with_what_is_next(scene: Slack) -> None:
    log(scene, "ana", "stage", {"stage": "live", "fee": "500 EUR"})
    saved(scene, "ana")
    log(scene, "ben", "stage", {"stage": "contacted"}, creator="@bea")
    saved(scene, "ben")

    everything = scene.command("ana", "partners")
    mine = scene.text_of(scene.command("ana", "partners owner:me"))

    text = scene.text_of(everything)
    assert text.index("Contacted") < text.index("Live")
    live_line = next(line for line in text.splitlines() if line.startswith("€500"))
    assert "engagements a post · next: log the post links" in live_line
    assert "next: wait for their answer" in text
    assert "@anna" in mine
    assert "@bea" not in mine
    live = next(one.id for one in rows(scene, Partnership) if one.stage == "live")
    details = scene.press("ana", everything, f"partner_details:{live}")
    assert "stage: live by Ana" in scene.text_of(details)
    assert not scene.submit("ana", {})
    assert "What do you want to log?" in scene.text_of(scene.view("ana"))


def test_a_long_list_has_pages(scene: Slack) -> None:
    handles = [f"creator{number:02}" for number in range(12)]
    add_creators(scene, *handles)
    with scene.writing() as tx:
        for number in range(1, 13):
            partnerships.create(tx, number, None, None, None, Stage.CONTACTED)

    first = scene.command("ana", "partners")
    assert "12 partnerships" in scene.text_of(first)
    scene.press("ana", first, "partners_page")

    shown = scene.text_of(scene.workspace.ephemerals("ana")[-1])
    assert "Back" in shown
    assert "More partnerships" not in shown


def test_two_people_at_the_same_instant_make_one_row(scene: Slack) -> None:
    """Both wait at the same point, then record the same: the lock lets one after the other."""
    log(scene, "ana", "stage", {"stage": "live"})
    [partnership] = rows(scene, Partnership)
    ready = threading.Barrier(2)
    draft = ResultDraft(as_of=dt.date(2026, 11, 2), totals=Totals(likes=12))
    stored: list[bool] = []

    def record() -> None:
        ready.wait()
        with scene.writing() as tx:
            row = partnerships.get(tx, partnership.id)
            assert row is not None
            stored.append(results.record(tx, row, None, draft, None).stored)

    threads = [threading.Thread(target=record) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(stored) == [False, True]
    assert len(rows(scene, Result)) == 1


def test_every_change_is_on_the_record(scene: Slack) -> None:
    log(scene, "ana", "stage", {"stage": "live", "fee": "500 EUR"})
    log(scene, "ana", "results", {"likes": "5"})
    log(scene, "ana", "feedback", {"rating": "5"})
    log(scene, "ana", "stage", {"stage": "done"})

    with scene.reading() as tx:
        entries = audit.of(tx, "partnership", rows(scene, Partnership)[0].id)
    assert [entry.action for entry in entries] == [
        "begin",
        "change",
        "log results",
        "log feedback",
        "move",
    ]
    assert {entry.actor for entry in entries} == {scene.workspace.user("ana").id}
