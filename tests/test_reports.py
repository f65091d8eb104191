"""`/influencer report`: who may read what, files, the client's version, whom to ask again."""

import csv
import io
import json
from typing import Any

import pytest
from python_calamine import load_workbook
from sqlmodel import select

from domain.creator import Platform
from handlers import report_scope
from playground.records import Message
from storage import people, preferences
from storage.models import AuditEntry, Brand, BrandMember, Restriction
from tests.digests import Scene
from tests.slack import Slack


def glow(slack: Slack, name: str = "Spring Glow", **brief: Any) -> Scene:
    """A brief with two partnerships that sold, one without figures and one in talks."""
    with slack.writing() as tx:
        scene = Scene(tx, tx.now.date())
        brand = scene.add(Brand(workspace_id=0, name="Lumen", name_key="lumen", created_at=tx.now))
        made = scene.brief(
            name, **{"goal": "conversions", "target": 250, "brand_id": brand.id, **brief}
        )
        for handle, euros, sold, earned in (
            ("anna", 900, 200, 3_000_00), ("bea", 100, 110, 1_000_00), ("caro", 500, None, None),
        ):  # fmt: skip
            creator = scene.creator(handle, Platform.INSTAGRAM, 9_000)
            one = scene.partnership(creator, {"approved": 60, "live": 40}, made, euros)
            post = scene.post(one, 40)
            if sold:
                scene.result(one, 5, post, likes=sold * 10, views=sold * 100, conversions=sold,
                             revenue=earned, currency="EUR")  # fmt: skip
        scene.partnership(scene.creator("dora", Platform.TIKTOK, 900), {"approved": 3}, made)
    return scene


def ask(slack: Slack, text: str, who: str = "ana", channel: str = "marketing") -> Message:
    return slack.command(who, f"report {text}", channel)


def file_of(slack: Slack, who: str, kind: str, value: Message) -> bytes:
    """Press the button of a file; gives what came in the private message."""
    before = len(slack.workspace.direct_messages(who))
    slack.press(who, value, f"report_file:{kind}")
    sent = slack.workspace.direct_messages(who)[before:]
    (file,) = [one for message in sent for one in message.files]
    return bytes(slack.workspace.store.files[file].content)


def test_a_report_opens_with_its_sentence_and_says_what_is_unknown(slack: Slack) -> None:
    glow(slack)

    said = slack.text_of(ask(slack, "glow"))

    assert (
        "€1,500 spent, 310 sales worth €4,000: €4 back per €1 where both are known (2 of 3); "
        "target of 250 sales met; results missing for 1 of 3."
    ) in said
    for line in (
        "Report · Spring Glow · to date",
        "Sales: 310, unknown for @caro (1 of 3)",
        "Cost per conversion (CPA): €3.23",
        "@anna: reach 20,000, 2,000 engagements, 200 sales worth €3,000 and €0.45 an engagement",
        "Not counted yet: 1 creator approved or in talks.",
        "Return on spend (ROAS): Revenue ÷ cost, over @anna and @bea.",
    ):
        assert line in said.replace("*", "")


def test_a_report_is_of_a_brief_a_brand_a_period_or_all(slack: Slack) -> None:
    scene = glow(slack)
    live = scene.ago(40)

    assert "Report · Lumen · to date" in slack.text_of(ask(slack, "lumen"))
    of_month = slack.text_of(ask(slack, f"Lumen {live:%B %Y}"))
    assert f"Report · Lumen · {live:%B %Y}" in of_month
    assert "310 sales" in of_month
    assert f"Nothing was published in {live.year - 1}." in slack.text_of(
        ask(slack, str(live.year - 1))
    )
    assert "Report · All briefs" in slack.text_of(ask(slack, f"{live:%Y-%m}"))


def test_a_brief_may_be_called_like_a_period(slack: Slack) -> None:
    with slack.writing() as tx:
        Scene(tx, tx.now.date()).brief("Q3")

    assert "Report · Q3 · to date" in slack.text_of(ask(slack, "q3"))


def test_what_is_not_clear_is_asked_back_and_what_lies_ahead_refused(slack: Slack) -> None:
    glow(slack)

    offered = ask(slack, "")
    assert "A report on what?" in slack.text_of(offered)
    unknown = ask(slack, "Lumem")
    assert "I know no brief or brand “Lumem”" in slack.text_of(unknown)
    slack.press("ana", unknown, "report_show")
    assert "Report · Lumen" in slack.private("ana")[-1]
    assert "has not begun yet" in slack.text_of(ask(slack, "January 2099"))


def test_files_hold_the_same_and_nothing_that_a_spreadsheet_would_run(slack: Slack) -> None:
    glow(slack, name="=SUM(A1)")
    answer = ask(slack, "=SUM(A1)")

    table = list(
        csv.DictReader(io.StringIO(file_of(slack, "ana", "csv", answer).decode("utf-8-sig")))
    )
    book = load_workbook(io.BytesIO(file_of(slack, "ana", "xlsx", answer)))

    together, best, *_ = table
    assert (together["Creator"], together["Cost (EUR)"], together["Sales"]) == (
        "All together", "1500", "310",
    )  # fmt: skip
    assert (best["Creator"], best["Cost (EUR)"], best["Revenue (EUR)"]) == ("'@anna", "900", "3000")
    assert book.sheet_names == ["Summary", "Partnerships"]
    summary = book.get_sheet_by_name("Summary").to_python()
    assert summary[1][:3] == ["Report", "'=SUM(A1)", summary[1][2]]
    assert summary[1][2].startswith("€1,500 spent, 310 sales")
    assert ["Target", "Target", "250 sales"] in [row[:3] for row in summary]
    assert len(book.get_sheet_by_name("Partnerships").to_python()) == len(table) + 1
    with slack.reading() as tx:
        kept = tx.session.exec(select(AuditEntry).where(AuditEntry.object_kind == "report")).all()
    assert [one.action for one in kept] == ["export", "export"]


def test_the_page_says_the_same_and_runs_nothing(slack: Slack) -> None:
    glow(slack, name="<script>alert(1)</script>")

    page = file_of(slack, "ana", "html", ask(slack, "script")).decode()

    assert "€1,500 spent, 310 sales worth €4,000" in page
    assert "unknown for 1 of 3" in page
    assert "@dora" not in page
    assert "<script" not in page


def test_posted_where_only_the_team_reads_it_is_there_whole(slack: Slack) -> None:
    glow(slack)

    slack.press("ana", ask(slack, "glow"), "report_post")

    (posted,) = slack.messages()
    assert "€1,500 spent" in slack.text_of(posted)
    assert slack.actions(posted) == []


def test_a_second_press_posts_nothing_more_and_a_brief_that_is_gone_is_named(slack: Slack) -> None:
    glow(slack)
    answer = ask(slack, "glow")
    slack.press("ana", answer, "report_post")

    slack.press("ana", answer, "report_post")

    assert len(slack.messages()) == 1
    assert "posted from here already" in slack.private("ana")[-1]
    later = ask(slack, "glow")
    with slack.writing() as tx:
        tx.session.exec(select(Brand)).one().limited = True
    slack.press("ana", later, "report_post")
    assert "limited to others" in slack.private("ana")[-1]
    slack.press("ana", later, "report_file:csv")
    assert "limited to others" in slack.text_of(slack.workspace.direct_messages("ana")[-1])
    assert len(slack.messages()) == 1


def test_where_outsiders_read_who_posts_sees_first_what_they_would_see(slack: Slack) -> None:
    glow(slack)
    slack.press("ana", ask(slack, "glow", channel="clients"), "report_post")

    assert slack.messages("clients") == []
    preview = slack.workspace.ephemerals("ana")[-1]
    assert "so nothing is posted yet" in slack.text_of(preview)
    slack.press("ana", preview, "report_post")

    (posted,) = slack.messages("clients")
    said = posted.text + json.dumps(posted.blocks, ensure_ascii=False)
    assert "310 sales worth €4,000; target of 250 sales met" in said
    for secret in ("1,500", "900", "@caro", "CPE", "ROAS", "Not counted yet", "dora"):
        assert secret not in said


def test_a_report_across_brands_is_not_posted_where_outsiders_read(slack: Slack) -> None:
    scene = glow(slack)
    answer = ask(slack, str(scene.ago(40).year), channel="clients")

    slack.press("ana", answer, "report_post")
    slack.press("ana", answer, "report_client")

    assert slack.messages("clients") == []
    private = "\n".join(slack.private("ana"))
    assert "this report tells of several brands" in private
    assert "A client's version is of one brief or one brand" in private


def test_a_client_reads_results_and_what_was_ticked(slack: Slack) -> None:
    glow(slack, budget=2_000_00, currency="EUR")
    answer = ask(slack, "glow")

    slack.press("ana", answer, "report_client")
    assert slack.submit("ana") is None
    plain = slack.workspace.ephemerals("ana")[-1]
    slack.press("ana", answer, "report_client")
    assert slack.submit("ana", {"ticked": ["costs"]}) is None
    with_costs = slack.workspace.ephemerals("ana")[-1]

    assert "For the client." in slack.text_of(plain)
    assert "1,500" not in slack.text_of(plain)
    assert "Budget" not in slack.text_of(plain)
    page = file_of(slack, "ana", "html", plain).decode()
    assert "310 sales worth €4,000" in page
    assert "1,500" not in page
    assert "Ana" not in page
    assert "€1,500 spent" in slack.text_of(with_costs)


def test_what_belongs_to_a_limited_brand_is_for_its_people_alone(slack: Slack) -> None:
    scene = glow(slack)
    with slack.writing() as tx:
        brand = tx.session.exec(select(Brand)).one()
        brand.limited = True
        ana = people.get(tx, slack.workspace.user("ana").id)
        tx.session.add(BrandMember(brand_id=brand.id or 0, person_id=ana.id or 0,
                                   workspace_id=tx.workspace_id))  # fmt: skip
    mine = ask(slack, "glow")
    assert "310 sales" in slack.text_of(mine)

    assert "I know no brief or brand" in slack.text_of(ask(slack, "glow", who="ben"))
    period = f"{scene.ago(40):%Y-%m}"
    assert "Nothing was published" in slack.text_of(ask(slack, period, who="ben"))
    slack.press("ana", ask(slack, period), "report_post")
    assert "Nothing was published" in slack.text_of(slack.messages()[-1])
    assert '"confirm"' in json.dumps(mine.blocks)


def test_amounts_are_brought_together_by_the_workspaces_rate_and_its_date(slack: Slack) -> None:
    with slack.writing() as tx:
        preferences.change(tx, currency="EUR", rates=[
            {"base": "EUR", "quote": "USD", "rate": "1.25", "date": "2026-11-02"},
        ])  # fmt: skip
        scene = Scene(tx, tx.now.date())
        brief = scene.brief("Tea")
        one = scene.partnership(scene.creator("anna", Platform.TIKTOK, 9), {"live": 9}, brief, 100)
        scene.result(one, 2, likes=100, revenue=500_00, currency="USD")

    said = slack.text_of(ask(slack, "tea"))

    assert "€100 spent, 100 engagements, sales worth €400: €4 back per €1." in said
    assert "US$500 (€400 at 1.25 of 2 Nov 2026)" in said


def rested(slack: Slack) -> Scene:
    """A brief that ended long ago: anna's engagements cost half of the others'."""
    with slack.writing() as tx:
        scene = Scene(tx, tx.now.date())
        brief = scene.brief("Winter")
        for handle, likes in (("anna", 200), ("bea", 100), ("caro", 90)):
            creator = scene.creator(handle, Platform.INSTAGRAM, 9_000)
            one = scene.partnership(creator, {"live": 100, "done": 90}, brief, 100)
            one.created_at = scene.at(110)
            scene.result(one, 95, likes=likes)
    return scene


def test_who_did_better_than_the_middle_and_was_left_alone_is_worth_asking_again(
    slack: Slack,
) -> None:
    rested(slack)

    answer = ask(slack, "winter")

    said = slack.text_of(answer)
    assert (
        "@anna: €0.50 an engagement, where the median of Winter is €1 (no forecast was written "
        "down); not asked for 110 days"
    ) in said
    assert "@caro: €" not in said.partition("Worth asking again")[2]
    (again,) = (one for one in slack.actions(answer) if one.startswith("shortlist:"))
    form = slack.press("ana", answer, again)
    assert "anna" in slack.text_of(form)


@pytest.mark.parametrize("why", ["asked lately", "under way", "blocked"])
def test_nobody_is_asked_again_who_was_asked_lately_is_at_work_or_blocked(
    slack: Slack, why: str
) -> None:
    scene = rested(slack)
    with slack.writing() as tx:
        again = Scene(tx, scene.day)
        anna = again.creator("anna", Platform.INSTAGRAM, 9_000)
        if why == "blocked":
            again.add(Restriction(workspace_id=0, creator_id=anna.creator_id, kind="blocked",
                                  reason="rude", created_at=tx.now))  # fmt: skip
        else:
            stage = "declined" if why == "asked lately" else "agreed"
            made = again.partnership(anna, {stage: 20 if why == "asked lately" else 100})
            made.created_at = again.at(20 if why == "asked lately" else 100)

    assert "Worth asking again" not in slack.text_of(ask(slack, "winter"))


def test_a_report_over_many_partnerships_is_made_beside_slacks_waiting(
    slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer names the wait, the report follows once, for the same eyes only."""
    glow(slack)
    small = slack.text_of(ask(slack, "glow"))
    monkeypatch.setattr(report_scope, "MOST_AT_ONCE", 0)
    slack.workspace.command("ana", "report glow", "marketing")
    slack.redeliver_last("command")
    slack.settle()

    *_, waits, large = slack.workspace.ephemerals("ana")
    assert "One moment" in slack.text_of(waits)
    assert slack.text_of(large) == small
    assert slack.messages() == []


def test_a_guest_gets_no_report(slack: Slack) -> None:
    glow(slack)
    assert "Guests" in slack.text_of(ask(slack, "glow", who="gus"))
