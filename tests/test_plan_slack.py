"""`/influencer plan`: asked in a modal, worked out, told to who asked, shortlisted."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import select

from domain.brief import BriefContent
from domain.brief_form import BriefDraft
from domain.creator import Figures, Money, Platform, ProfileSnapshot, RateDefinition
from domain.goal import Goal
from domain.niche import default_vocabulary
from domain.partnership import Stage
from domain.restriction import Kind, Restriction
from storage import briefs, index, partnerships, people, profile_store, profiles, restrictions
from storage.models import AuditEntry, Brand, BrandMember, Cost, Partnership, Profile
from storage.transaction import Transaction
from tests.digests import Scene
from tests.partnering import rows
from tests.shortlisting import CHECK, CROSS, shortlist
from tests.slack import Slack


def creator(
    handle: str,
    fee: int | None,
    engagements: int,
    followers: int = 20_000,
    currency: str = "EUR",
    category: str = "Skincare",
) -> ProfileSnapshot:
    return ProfileSnapshot(
        platform=Platform.INSTAGRAM,
        handle=handle,
        display_name=handle.capitalize(),
        categories=(category,),
        figures=Figures(
            followers=followers,
            engagement_rate=engagements / followers,
            rate_definition=RateDefinition.FOLLOWERS,
            fee=None if fee is None else Money(amount=Decimal(fee), currency=currency),
        ),
        as_of=dt.date(2026, 11, 2),
        source="invented for a test",
    )


PEOPLE = (
    creator("anna", 300, 2_000),
    creator("bea", 200, 900),
    creator("caro", 100, 800),
    creator("dora", 400, 2_100),
    creator("emil", 100, 700, currency="USD"),
    creator("fritz", None, 600),
)


def scene(
    slack: Slack, *made: ProfileSnapshot, brand_id: int | None = None, name: str = "Spring Glow"
) -> int:
    with slack.writing() as tx:
        profile_store.store(tx, list(made or PEOPLE), default_vocabulary(), index.pools(tx))
        draft = BriefDraft(
            name=name,
            goal=Goal.ENGAGEMENT,
            budget=50_000,
            currency="EUR",
            content=BriefContent(niches=("skincare",), deliverables="1 Reel"),
        )
        return briefs.create(tx, draft, brand_id, None).id or 0


def ask(slack: Slack, who: str = "ana", **values: Any) -> str:
    """Have a plan made; gives the text of the private message."""
    slack.workspace.command(who, "plan glow", "marketing")
    errors = slack.submit(who, values)
    slack.settle()
    assert errors is None, errors
    return slack.private(who)[-1].replace("*", "")


def test_the_best_set_comes_privately_with_what_it_rests_on(slack: Slack) -> None:
    scene(slack)

    said = ask(slack)

    assert "Spring Glow: 3 creators for" in said or "Spring Glow: 2 creators for" in said
    assert "@anna" in said
    assert "known fee" in said
    assert "1 × fee in USD, and no rate to EUR in the settings (@emil)" in said
    assert "Second best:" in said
    assert "10 % more budget (€50)" in said
    assert "No set that meets your wishes is expected to bring more." in said
    assert not slack.messages("marketing")[1:]
    assert slack.problems == []


def test_shortlist_these_opens_the_usual_form_with_the_chosen(slack: Slack) -> None:
    scene(slack)
    ask(slack, most="1")
    message = slack.workspace.direct_messages("ana")[-1]

    slack.press("ana", message, "shortlist:plan")

    form = slack.text_of(slack.view("ana"))
    assert "Spring Glow" in form
    assert "@dora" in form or "@anna" in form


def test_who_is_blocked_or_bound_elsewhere_or_rejected_is_not_chosen(slack: Slack) -> None:
    scene(slack)
    with slack.writing() as tx:
        person = people.get(tx, slack.workspace.user("olivia").id)
        for handle, kind in (("anna", Kind.BLOCKED), ("bea", Kind.DO_NOT_CONTACT)):
            number = profiles.by_handle(tx, handle)[0].creator_id
            restrictions.add(tx, number, Restriction(kind=kind, reason="no"), person.id)
        found = profiles.by_handle(tx, "caro")[0]
        other = Scene(tx, tx.now.date()).add(
            Brand(workspace_id=0, name="Other", name_key="other", created_at=tx.now)
        )
        tx.session.add(bound(tx, found.creator_id, other.id))

    said = ask(slack)

    chosen = said.partition("Second best")[0]
    assert "@dora" in chosen
    for handle in ("@anna", "@bea", "@caro"):
        assert handle not in chosen
    assert "1 × blocked (@anna)" in said
    assert "1 × do not contact (@bea)" in said
    assert "1 × exclusivity clash (@caro)" in said


def bound(tx: Transaction, creator_id: int, brand_id: int | None) -> Partnership:
    """A partnership for another brand that forbids skincare."""
    return Partnership(
        workspace_id=tx.workspace_id,
        creator_id=creator_id,
        brand_id=brand_id,
        stage="live",
        exclusive_of="skincare",
        created_at=tx.now,
        updated_at=tx.now,
    )


def test_what_cannot_be_says_which_wish_stands_in_the_way(slack: Slack) -> None:
    scene(slack)

    assert "What stands in the way: the budget of €50. Without that" in ask(slack, budget="€50")
    said = ask(slack, mix="at least 1 macro")
    assert "What stands in the way: at least 1 macro." in said
    assert "could be chosen; the cheapest is" in said
    assert "Nobody is on a shortlist of this brief." in ask(slack, among="shortlisted")
    said = ask(slack, aim="conversions")
    assert "too few results with conversions yet" in said
    assert "plan for engagements" in said


def test_those_approved_can_be_chosen_from_and_those_rejected_never_are(slack: Slack) -> None:
    scene(slack)
    posted = shortlist(slack, "anna", "bea", approvers=("ana",))
    slack.react("ana", CROSS, posted.cards["anna"])
    slack.react("ana", CHECK, posted.cards["bea"])

    everybody = ask(slack).partition("Second best")
    approved = ask(slack, among="approved")

    assert "@anna" not in everybody[0]
    assert "1 × rejected for this brief (@anna)" in everybody[2]
    assert "Spring Glow: 1 creator for €200 of €500" in approved
    assert "@bea" in approved
    assert "there is no other set that meets all you asked for" in approved


def test_what_is_agreed_already_is_taken_off_the_budget_and_nobody_is_planned_twice(
    slack: Slack,
) -> None:
    brief_id = scene(slack)
    with slack.writing() as tx:
        for handle, stage in (("anna", Stage.AGREED), ("bea", Stage.DECLINED)):
            profile = tx.session.exec(select(Profile).where(Profile.handle == handle)).one()
            brief = briefs.get(tx, brief_id)
            row = partnerships.create(tx, profile.creator_id, profile.id, brief, None, stage)
            cost = Cost(
                workspace_id=tx.workspace_id, partnership_id=row.id or 0, kind="fee",
                amount=30_000, currency="EUR", updated_at=tx.now,
            )  # fmt: skip
            tx.session.add(cost)
    slack.workspace.command("ana", "plan glow", "marketing")
    form = slack.view("ana")
    budget = next(one for one in form.blocks if one.get("block_id") == "budget")
    assert budget["element"]["initial_value"] == "€200"
    assert "€300 of the budget of €500 is agreed with 1 creator: €200 is left." in str(budget)
    slack.workspace.close_view("ana", everything=True)

    said = ask(slack)
    assert "of €200" in said
    assert "1 × agreed for this brief already (@anna)" in said
    assert "1 × declined for this brief (@bea)" in said


def test_wrong_fields_are_said_in_the_form_and_nothing_is_planned(slack: Slack) -> None:
    scene(slack)
    slack.workspace.command("ana", "plan glow", "marketing")

    errors = slack.submit("ana", {"budget": "much", "most": "99", "mix": "some micro"})

    assert errors is not None
    assert set(errors) == {"budget", "most", "mix"}
    assert slack.private("ana") == []


def test_a_limited_brands_brief_is_planned_by_those_who_see_it_alone(slack: Slack) -> None:
    with slack.writing() as tx:
        olivia = people.get(tx, slack.workspace.user("olivia").id)
        made = Scene(tx, tx.now.date())
        brand = made.add(
            Brand(workspace_id=0, name="Hush", name_key="hush", limited=True, created_at=tx.now)
        )
        made.add(BrandMember(workspace_id=0, brand_id=brand.id or 0, person_id=olivia.id or 0))
        brand_id = brand.id
    scene(slack, brand_id=brand_id)

    assert "There are no briefs yet" in slack.text_of(slack.command("ana", "plan glow"))
    assert "Spring Glow" in ask(slack, "olivia")


def test_several_briefs_of_that_name_are_asked_about(slack: Slack) -> None:
    scene(slack)
    scene(slack, name="Autumn Glow")

    answer = slack.command("ana", "plan glow")

    assert "Which brief do you mean" in slack.text_of(answer)
    slack.press("ana", answer, "plan_choose:0")
    assert slack.submit("ana", {}) is None
    assert "Expected" in slack.private("ana")[-1]


def test_a_delivery_that_comes_twice_makes_one_plan(slack: Slack) -> None:
    scene(slack)
    ask(slack)
    before = len(slack.private("ana"))

    slack.redeliver_last()
    slack.settle()

    assert len(slack.private("ana")) == before
    planned = [one for one in rows(slack, AuditEntry) if one.action == "plan"]
    assert len(planned) == 1


@pytest.mark.parametrize("name", ["<!channel> *x* glow", "glow " + "a" * 75])
def test_hostile_names_stay_words(slack: Slack, name: str) -> None:
    scene(slack, name=name)

    ask(slack)

    (message,) = slack.workspace.direct_messages("ana")
    assert "<!channel>" not in f"{message.text} {message.blocks}"
    assert slack.problems == []
