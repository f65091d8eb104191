"""Blocked creators, other brands' work and exclusivities: told and honoured everywhere."""

import datetime as dt

import pytest
from sqlmodel import select

from domain.commitment import Commitment, Plan, clashes_with, warnings
from domain.niche import default_vocabulary
from domain.partnership import Stage
from domain.restriction import Kind, Restriction, read_restriction
from storage import audit, brands, merging, partnerships, people, restrictions
from storage.models import Brief, Card, Partnership, Profile
from tests.partnering import log, rows
from tests.shortlisting import add_brief, add_creators, fill_in, open_form, shortlist
from tests.slack import Slack

TODAY = dt.date(2026, 11, 23)
SKIN = Plan(brand_id=1, brand="Lumen", niches=frozenset({"skincare"}))


def bound(**given: object) -> Commitment:
    known = {
        "brand_id": 2, "brand": "Glow", "is_hidden": False, "stage": Stage.AGREED,
        "stage_name": "signed",
    }  # fmt: skip
    return Commitment(**{**known, **given})  # type: ignore[arg-type]


def said(*commitments: Commitment, plan: Plan = SKIN) -> tuple[str, ...]:
    return warnings(commitments, plan, TODAY, default_vocabulary())


@pytest.mark.parametrize(
    ("exclusive_of", "clashes"),
    [
        ("skincare", True),
        ("beauty", True),  # skincare is part of it
        ("running shoes, Lumen", True),
        ("running", False),
        ("Lumen Cars", False),
        ("", False),
    ],
)
def test_an_exclusivity_clashes_with_its_niches_their_parts_and_names(exclusive_of, clashes):
    assert clashes_with(exclusive_of, SKIN, default_vocabulary()) is clashes


def test_what_is_running_elsewhere_is_told_the_gravest_first_and_ones_own_brand_is_not():
    until = dt.date(2026, 12, 24)
    clash = bound(exclusive_of="skincare", exclusive_until=until)
    assert said(clash) == (
        "Exclusivity clash: no other skincare until 24 December 2026 for Glow",
        "Works with Glow (signed) now",
    )
    assert said(bound(exclusive_of="cars", stage=Stage.DONE)) == ("Exclusive for Glow: cars",)
    assert said(clash._replace(exclusive_until=TODAY - dt.timedelta(days=1))) == (
        "Works with Glow (signed) now",
    )
    assert said(bound(brand_id=1)) == ()
    assert said(bound(stage=Stage.DONE)) == said(bound(stage=Stage.DECLINED)) == ()
    assert said(bound(exclusive_of="skincare", stage=Stage.NEGOTIATING))[0].startswith("Works with")


def test_of_a_hidden_brand_neither_name_nor_words_are_told():
    hidden = bound(brand="", is_hidden=True, exclusive_of="skincare")
    assert said(hidden) == ("Exclusivity clash with another client",)
    assert said(hidden._replace(exclusive_of="cars")) == ()


def test_a_restriction_says_why_and_no_past_day():
    assert read_restriction("blocked", " fake  comments ", "", TODAY) == Restriction(
        kind=Kind.BLOCKED, reason="fake comments"
    )
    wrong = read_restriction("whatever", " ", "2026-11-22", TODAY)
    assert isinstance(wrong, dict)
    assert set(wrong) == {"kind", "reason", "until"}


def creator_of(slack: Slack, handle: str) -> int:
    with slack.reading() as tx:
        return tx.session.exec(select(Profile.creator_id).where(Profile.handle == handle)).one()


def block(slack: Slack, handle: str, kind: Kind = Kind.BLOCKED, until: str = "") -> None:
    slack.workspace.command("olivia", f"block @{handle}")
    slack.settle()
    values = {"kind": kind.value, "reason": "fake comments", **({"until": until} if until else {})}
    assert not slack.submit("olivia", values)


def test_who_is_blocked_is_marked_in_find_and_is_not_offered_for_shortlists(
    slack: Slack,
) -> None:
    add_creators(slack, "mara", "nils")
    add_brief(slack)
    block(slack, "mara")

    found = slack.command("ana", "find skincare")
    assert "Blocked: fake comments" in slack.text_of(found)
    assert len([one for one in slack.actions(found) if one.startswith("shortlist:")]) == 2
    assert "Blocked: fake comments" in slack.text_of(slack.command("ana", "show mara"))


def test_a_shortlist_names_whom_it_left_out_because_they_are_blocked(slack: Slack) -> None:
    add_creators(slack, "mara", "nils")
    add_brief(slack)
    block(slack, "mara")
    open_form(slack, "ana", ("mara", "nils"))
    assert not fill_in(slack, "ana")
    assert "1 card posted" in slack.text_of(slack.view("ana"))
    assert "Blocked: fake comments" in slack.text_of(slack.view("ana"))
    assert len(rows(slack, Card)) == 1


def test_nobody_writes_to_who_must_not_be_contacted_and_lifting_ends_it(slack: Slack) -> None:
    add_creators(slack, "anna")
    log(slack, "ana", "stage", {"stage": "agreed"})
    slack.workspace.close_view("ana", everything=True)
    with slack.writing() as tx:
        row = tx.session.exec(select(Partnership)).one()
        row.stage = "approved"
        tx.session.add(row)
    block(slack, "anna", Kind.DO_NOT_CONTACT, until="2099-01-01")

    listing = slack.command("ana", "partners")
    assert "Do not contact until 1 January 2099: fake comments" in slack.text_of(listing)
    slack.press("ana", listing, "partner_move", value="contacted")
    assert any("nobody writes to them" in one for one in slack.private("ana"))
    errors = log(slack, "ana", "stage", {"stage": "contacted"})
    assert "Nobody writes to them now" in errors["stage"]
    assert rows(slack, Partnership)[0].stage == "approved"

    restricted = slack.command("olivia", "block")
    assert "1 restriction in force" in slack.text_of(restricted)
    assert "set by Olivia" in slack.text_of(restricted)
    assert "restriction_lift:1" not in slack.actions(slack.command("ana", "block"))
    slack.press("olivia", restricted, "restriction_lift")
    assert "Nobody is blocked" in slack.text_of(slack.workspace.ephemerals("olivia")[-1])
    slack.workspace.close_view("ana", everything=True)
    slack.press("ana", slack.command("ana", "partners"), "partner_move", value="contacted")
    assert rows(slack, Partnership)[0].stage == "contacted"
    with slack.reading() as tx:
        done = [one.action for one in audit.of(tx, "creator", creator_of(slack, "anna"))]
    assert done == ["restrict", "lift restriction"]


def test_only_owners_and_managers_block(slack: Slack) -> None:
    add_creators(slack, "anna")
    answer = slack.command("ana", "block anna")
    assert "That is for owners and managers" in slack.text_of(answer)


def test_a_restriction_ends_with_its_day_and_goes_along_when_two_become_one(slack: Slack) -> None:
    add_creators(slack, "mara", "nils")
    mara, nils = creator_of(slack, "mara"), creator_of(slack, "nils")
    wanted = Restriction(kind=Kind.BLOCKED, reason="fake", until=dt.date(2026, 12, 1))
    with slack.writing() as tx:
        restrictions.add(tx, nils, wanted, None)
        done = merging.merge(tx, mara, nils, default_vocabulary())
        assert restrictions.in_force(tx, [mara], dt.date(2026, 12, 1)) == {mara: [wanted]}
        assert restrictions.in_force(tx, [mara], dt.date(2026, 12, 2)) == {}
        restrictions.add(tx, nils, wanted, None)  # of the one they are now; the earlier one ends
        assert restrictions.in_force(tx, [mara], dt.date(2026, 12, 1)) == {mara: [wanted]}
        merging.separate(tx, done.id or 0, default_vocabulary())


def test_find_and_cards_warn_of_a_clash_and_of_another_brand(slack: Slack) -> None:
    add_creators(slack, "mara")
    brief_id = add_brief(slack)
    with slack.writing() as tx:
        glow = brands.create(tx, "Glow", None)
        lumen = brands.create(tx, "Lumen", None)
        brief = tx.session.exec(select(Brief).where(Brief.id == brief_id)).one()
        brief.brand_id = lumen.id
        profile = tx.session.exec(select(Profile).where(Profile.handle == "mara")).one()
        ana = people.get(tx, slack.workspace.user("ana").id)
        made = partnerships.create(tx, profile.creator_id, profile.id, None, ana.id, Stage.AGREED)
        made.brand_id, made.exclusive_of = glow.id, "skincare"
        tx.session.add(made)

    warning = "Exclusivity clash: no other skincare for Glow"
    found = slack.text_of(slack.command("ana", "find skincare"))
    assert warning in found
    assert "Works with Glow (agreed) now" in found
    posted = shortlist(slack, "mara", approvers=("ana",))
    assert warning in slack.text_of(posted.card)

    with slack.writing() as tx:
        brands.limit(tx, brands.named(tx, "Glow"), True, [])
    hidden = slack.text_of(slack.command("ana", "find skincare"))
    assert "Exclusivity clash with another client" in hidden
    assert "in use elsewhere" in hidden
    assert "Glow" not in hidden
