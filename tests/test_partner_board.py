"""The board of partnerships: every change in two clicks, dates, and stages of a brand."""

import datetime as dt
import itertools

import pytest
from sqlmodel import select

from domain import report_rows
from domain.partnership import Stage
from domain.stage_plan import StagePlan
from handlers import report_scope
from handlers.partnership_lines import line_of
from playground.records import Message
from storage import approvals, audit, brands, exporting, overviews, partnerships, people
from storage.models import Brief, Deliverable, Partnership, Profile
from tests.digests import last_private
from tests.partnering import add_brief, add_creators, rows
from tests.slack import Slack
from tests.test_nudges import FRIDAY, MONDAY, THURSDAY, TUESDAY, tick_on, told


def begin(slack: Slack, stage: Stage = Stage.APPROVED, handle: str = "anna") -> int:
    """A partnership of Ana's on the brief Spring Glow of the brand Acme."""
    add_creators(slack, handle)
    brief_id = add_brief(slack, "Spring Glow")
    with slack.writing() as tx:
        brief = tx.session.exec(select(Brief).where(Brief.id == brief_id)).one()
        brand = brands.named(tx, "Acme") or brands.create(tx, "Acme", None)
        brief.brand_id = brand.id
        profile = tx.session.exec(select(Profile).where(Profile.handle == handle)).one()
        ana = people.get(tx, slack.workspace.user("ana").id)
        made = partnerships.create(tx, profile.creator_id, profile.id, brief, ana.id, stage)
        return made.id or 0


def board(slack: Slack, who: str = "ben") -> Message:
    """The board as it stands in the channel for this person."""
    return slack.workspace.ephemerals(who)[-1]


@pytest.fixture
def number(slack: Slack) -> int:
    """A partnership that begins as approved."""
    return begin(slack)


def options_of(message: Message, action_id: str) -> list[str]:
    for block in message.blocks:
        for element in block.get("elements", []):
            if element.get("action_id") == action_id:
                return [one["value"] for one in element["options"]]
    return []


def test_a_stage_is_changed_in_two_clicks_and_stays_on_the_record(
    slack: Slack, number: int
) -> None:
    slack.press("ben", slack.command("ben", "partners"), "partner_move", value="negotiating")

    text = slack.text_of(board(slack))
    assert "@anna: approved → negotiating" in text
    assert "1 negotiating" in text
    details = slack.text_of(slack.press("ben", board(slack), "partner_details"))
    assert "stage: approved → negotiating by Ben" in details
    with slack.reading() as tx:
        moved = [one for one in audit.of(tx, "partnership", number) if one.action == "move"]
    assert [(one.before, one.after) for one in moved] == [
        ({"stage": "approved"}, {"stage": "negotiating"})
    ]
    slack.redeliver_last("action")
    assert len([one for one in rows(slack, Partnership) if one.stage == "negotiating"]) == 1


def test_a_move_that_somebody_made_impossible_meanwhile_is_refused(
    slack: Slack, number: int
) -> None:
    old = slack.command("ben", "partners")
    with slack.writing() as tx:
        row = tx.session.exec(select(Partnership)).one()
        approvals.move(tx, row, Stage.DONE, None)
    slack.press("ben", old, "partner_move", value="contacted")

    assert rows(slack, Partnership)[0].stage == "done"
    assert any("that is done can't become contacted" in one for one in slack.private("ben"))


def test_cost_and_owner_are_changed_from_the_board_and_it_is_drawn_anew(
    slack: Slack, number: int
) -> None:
    listing = slack.command("ben", "partners brand:Acme")
    slack.press("ben", listing, "partner_change")
    ben = slack.workspace.user("ben").id
    assert not slack.submit("ben", {"fee": "300 EUR", "owner": ben})

    text = slack.text_of(board(slack))
    assert "1 partnership · Acme" in text
    assert "owner Ben" in text
    assert "€300" in text
    slack.workspace.close_view("ben", everything=True)
    details = slack.text_of(slack.press("ben", board(slack), "partner_details"))
    assert "fee: €300 by Ben" in details
    assert "owner: Ana → Ben by Ben" in details


def test_a_brand_names_and_skips_stages_and_the_board_speaks_its_words(slack: Slack) -> None:
    begin(slack, Stage.NEGOTIATING)
    slack.press("olivia", slack.command("olivia", "brands"), "brand_stages")
    wrong = slack.submit("olivia", {"stage_agreed": "Live"})
    assert wrong == {"stage_live": "Two stages can't have the same name."}
    chosen = {"stage_agreed": "Signed", "stage_live": "", "skipped": ["product sent"]}
    assert not slack.submit("olivia", chosen)
    assert "negotiating → Signed → draft in review" in slack.text_of(slack.view("olivia"))
    slack.workspace.close_view("olivia", everything=True)

    listing = slack.command("ben", "partners brand:Acme")
    (move,) = [one for one in slack.actions(listing) if one.startswith("partner_move")]
    assert "product sent" not in options_of(listing, move)
    slack.press("ben", listing, "partner_move", value="agreed")
    assert "negotiating → Signed" in slack.text_of(board(slack))
    assert "1 Signed" in slack.text_of(board(slack))
    assert "Spring Glow · Acme · Signed" in slack.text_of(
        slack.press("ben", board(slack), "partner_details")
    )
    with slack.reading() as tx:
        (acme,) = brands.visible(tx)
        assert audit.of(tx, "brand", acme.id or 0)[-1].after == acme.stages
        assert (
            brands.get(tx, acme.id or 0).stages
            == StagePlan(
                names={Stage.AGREED: "Signed"}, skipped=frozenset({Stage.PRODUCT_SENT})
            ).stored()
        )


def preview(slack: Slack) -> str:
    """What a digest would say now."""
    slack.command("olivia", "digest preview")
    return slack.text_of(last_private(slack, "olivia"))


def test_a_brands_words_for_stages_are_those_of_profile_digest_report_and_export(
    slack: Slack,
) -> None:
    """In a digest over several brands the brand's words stand only where all agree on them."""
    begin(slack, Stage.AGREED)
    with slack.writing() as tx:
        acme = brands.named(tx, "Acme")
        assert acme is not None
        acme.stages = StagePlan(names={Stage.AGREED: "<Signed>"}).stored()
    slack.workspace.move_clock_to(0, 9)
    assert "Under way: 1 <Signed>" in preview(slack)
    assert "<Signed> since" in slack.text_of(slack.command("ana", "show @anna"))
    with slack.reading() as tx:
        (exported,) = exporting.partnerships(tx)
        (reported,) = report_rows.partnerships(
            report_scope.compose_for(tx, report_scope.Wanted(brand_id=acme.id), None)
        )[1:]
    assert exported["Stage"] == reported["Stage"] == "<Signed>"

    with slack.writing() as tx:
        first = partnerships.page(tx, partnerships.Asked(), 0, 1)[0]
        partnerships.create(tx, first.creator_id, first.profile_id, None, None, Stage.AGREED)
    slack.workspace.move_clock_to(0, 9)
    assert "Under way: 2 agreed" in preview(slack)


def test_only_owners_and_managers_name_stages(slack: Slack, number: int) -> None:
    listing = slack.command("olivia", "brands")
    with slack.writing() as tx:
        olivia = people.get(tx, slack.workspace.user("olivia").id)
        olivia.role = None
        tx.session.add(olivia)
    slack.press("olivia", listing, "brand_stages")
    assert slack.workspace.view("olivia") is None
    assert any("owners and managers" in one for one in slack.private("olivia"))


def test_deliverables_with_their_dates_are_told_on_board_home_and_in_one_message(
    slack: Slack,
) -> None:
    tick_on(slack, MONDAY)
    begin(slack, Stage.AGREED)
    with slack.reading() as tx:
        today = tx.now.date()
    thursday, later = today + dt.timedelta(days=3), today + dt.timedelta(days=40)
    slack.press("ana", slack.command("ana", "partners"), "partner_terms")
    assert slack.submit("ana", {"owed": "1 Reel by soon"}) == {
        "owed": "“1 Reel by soon”: I can't read the date; please write it as 2026-12-14."
    }
    assert not slack.submit(
        "ana",
        {
            "owed": f"2 Reels on Instagram by {thursday}\n1 Story by {later}",
            "paid": "unpaid",
            "usage_rights": "our own channels",
            "usage_until": (today + dt.timedelta(days=5)).isoformat(),
        },
    )
    slack.workspace.close_view("ana", everything=True)

    coming = "coming up: 2 Reels on Instagram"
    assert coming in slack.text_of(board(slack, "ana"))
    assert coming in slack.text_of(slack.open_home("ana"))
    tick_on(slack, TUESDAY)
    tick_on(slack, THURSDAY)
    (text,) = [one for one in told(slack, "ana") if coming in one]
    assert "usage rights end" in text
    assert "1 Story" not in text

    tick_on(slack, FRIDAY)
    assert "overdue: 2 Reels on Instagram" in told(slack, "ana")[-1]
    listing = slack.command("ana", "partners")
    assert "⚠️ overdue: 2 Reels on Instagram" in slack.text_of(listing)
    reels = next(one.id for one in rows(slack, Deliverable) if one.kind == "Reels")
    details = slack.press("ana", listing, "partner_details")
    assert "Pay: unpaid" in slack.text_of(details)
    slack.press("ana", details, f"partner_delivered:{reels}")
    text = slack.text_of(slack.view("ana"))
    assert "✅ 2 Reels on Instagram, delivered on" in text
    assert "deliverable: 2 Reels on Instagram by" in text
    assert "overdue" not in slack.text_of(slack.command("ana", "partners"))


def test_two_people_who_change_different_terms_undo_nothing(slack: Slack, number: int) -> None:
    for who in ("ana", "ben"):
        slack.press(who, slack.command(who, "partners"), "partner_terms")
    assert not slack.submit("ana", {"owed": "1 Reel by 2027-01-10"})
    assert not slack.submit("ben", {"owed": "1 Story", "exclusive_of": "skincare"})
    with slack.reading() as tx:
        row = tx.session.exec(select(Partnership)).one()
        kinds = {one.kind for one in tx.session.exec(select(Deliverable))}
    assert kinds == {"Reel", "Story"}
    assert row.exclusive_of == "skincare"


def test_overdue_lists_exactly_what_the_board_marks_as_overdue(slack: Slack, number: int) -> None:
    """Every stage, with dates before, on and after today: rows of SQL and of the rule are one."""
    today = slack.bot.services.clock.today(dt.UTC)
    around = [None, *(today + dt.timedelta(days=days) for days in (-1, 0, 1))]
    with slack.writing() as tx:
        first = partnerships.get(tx, number)
        assert first is not None
        common = first.model_dump(exclude={"id", "stage", "follow_up_on", "updated_at"})
        for stage, again, quiet in itertools.product(Stage, around, (0, 2, 4, 8, 40)):
            row = Partnership(
                **common, stage=stage.value, follow_up_on=again,
                updated_at=tx.now - dt.timedelta(days=quiet),
            )  # fmt: skip
            tx.session.add(row)
            tx.session.flush()
            if quiet == 0:
                for due_on in around[1:]:
                    tx.session.add(
                        Deliverable(
                            workspace_id=tx.workspace_id, partnership_id=row.id or 0, kind="reel",
                            due_on=due_on, done_on=today if again else None, created_at=tx.now,
                        )
                    )  # fmt: skip
    with slack.reading() as tx:
        everybody = partnerships.page(tx, partnerships.Asked(), 0, 1_000)
        late = partnerships.page(tx, partnerships.Asked(overdue_on=today), 0, 1_000)
        lines = [line_of(one, today) for one in overviews.overviews(tx, everybody)]
    said = {line.id for line in lines if any(one.overdue for one in line.due)}
    assert {row.id for row in late} == said
    assert 20 < len(said) < len(everybody)


def test_overdue_narrows_the_board_and_is_said_in_its_heading(slack: Slack, number: int) -> None:
    assert "None." in slack.text_of(slack.command("ana", "partners overdue"))
    with slack.writing() as tx:
        row = partnerships.get(tx, number)
        assert row is not None
        row.updated_at = tx.now - dt.timedelta(days=30)
        tx.session.add(row)

    text = slack.text_of(slack.command("ana", "partners owner:me overdue"))

    assert "1 partnership · overdue, owner Ana" in text
    assert "@anna" in text
