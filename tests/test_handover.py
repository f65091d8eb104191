"""Work goes to a colleague: until a day or for good, and when somebody's account is deactivated."""

import datetime as dt

from sqlmodel import col, select

from domain.partnership import Stage
from storage import audit, brands, nudges, people, shortlists
from storage.models import Brand, Creator, DigestSchedule, Handover, Partnership
from tests.partnering import rows
from tests.shortlisting import CHECK, add_creators, shortlist
from tests.slack import Slack
from tests.test_partner_board import begin


def hand_over(slack: Slack, who: str, to: str, **values: str) -> dict[str, str] | None:
    slack.workspace.command(who, "handover")
    slack.settle()
    return slack.submit(who, {"taker": slack.workspace.user(to).id, **values})


def owner_of(slack: Slack, number: int) -> str:
    with slack.reading() as tx:
        row = tx.session.exec(select(Partnership).where(Partnership.id == number)).one()
        return people.by_id(tx, row.owner_id or 0).slack_user_id


def approvers_of(slack: Slack, number: int = 1) -> set[str]:
    with slack.reading() as tx:
        return {one.slack_user_id for one in shortlists.approvers(tx, number)}


def deactivate(slack: Slack, who: str) -> None:
    slack.workspace.change_user(who, deleted=True)
    slack.settle()


def test_partnerships_votes_and_reminders_go_to_the_colleague_who_may_vote_at_once(
    slack: Slack,
) -> None:
    number = begin(slack, Stage.AGREED)
    posted = shortlist(slack, "mara", approvers=("ana",))
    ana, ben = slack.workspace.user("ana").id, slack.workspace.user("ben").id
    with slack.writing() as tx:
        nudges.add(tx, people.get(tx, ana).id or 0, "note:1", "Ask Mara")

    assert not hand_over(slack, "ana", "ben")
    said = slack.text_of(slack.view("ana"))
    assert "1 partnership and votes on 1 shortlist" in said
    assert "for good" in said
    assert owner_of(slack, number) == ben
    assert approvers_of(slack) == {ben}
    with slack.reading() as tx:
        assert [one.text for one in nudges.waiting_for(tx, people.get(tx, ben).id or 0)]
        changed = [one.after for one in audit.of(tx, "partnership", number)]
    assert any("owner" in after for after in changed)
    assert any("Ana → Ben for good" in one for one in slack.private("ben"))

    slack.react("ben", CHECK, posted.card)
    assert "Approved by Ben" in slack.text_of(slack.replies(posted.summary)[0])


def test_what_is_still_open_goes_back_the_day_after_the_last_one(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    shortlist(slack, "mara", approvers=("ana",))
    ana, ben = slack.workspace.user("ana").id, slack.workspace.user("ben").id
    with slack.reading() as tx:
        today = tx.now.date()
    assert hand_over(slack, "ana", "ben", until="2020-01-01") == {
        "until": "That day is over. Leave it empty for good."
    }
    assert not slack.submit("ana", {"until": (today + dt.timedelta(days=2)).isoformat()})
    slack.tick()
    assert owner_of(slack, number) == ben

    slack.workspace.move_clock_to((today.weekday() + 4) % 7, 12)
    slack.tick()
    slack.tick()
    assert owner_of(slack, number) == ana
    assert approvers_of(slack) == {ana}
    assert rows(slack, Handover)[0].returned_at is not None
    back = [one for one in slack.private("ana") if "Back from Ben to Ana" in one]
    assert back == ["Back from Ben to Ana: 1 partnership and votes on 1 shortlist."]


def test_a_limited_brand_and_a_quorum_that_would_be_lost_stay_and_are_said(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    shortlist(slack, "mara", approvers=("ana", "ben"), quorum=2)
    ana, ben = slack.workspace.user("ana").id, slack.workspace.user("ben").id
    with slack.writing() as tx:
        acme = brands.create(tx, "Private", None)
        brands.limit(tx, acme, True, [people.get(tx, ana)])
        row = tx.session.exec(select(Partnership).where(Partnership.id == number)).one()
        row.brand_id = tx.session.exec(select(Brand.id).where(Brand.name == "Private")).one()
        tx.session.add(row)

    assert not hand_over(slack, "ana", "ben")
    said = slack.text_of(slack.view("ana"))
    assert "1 thing of a limited brand stays: Ben is not named on it" in said
    assert "its quorum of 2 can't be reached" in said
    assert owner_of(slack, number) == ana
    assert approvers_of(slack) == {ana, ben}


def test_owners_are_offered_the_work_of_somebody_who_was_deactivated(slack: Slack) -> None:
    number = begin(slack, Stage.AGREED)
    shortlist(slack, "mara", asker="ben", approvers=("ana",))
    ben = slack.workspace.user("ben").id
    deactivate(slack, "ana")

    (offer,) = [
        one
        for one in slack.workspace.direct_messages("olivia")
        if "was deactivated" in slack.text_of(one)
    ]
    assert "Still open: 1 partnership and votes on 1 shortlist" in slack.text_of(offer)
    assert any("approver" in one for one in slack.private("ben"))  # the quorum is out of reach
    slack.press("olivia", offer, "handover_offer")
    assert "Ana has open: 1 partnership" in slack.text_of(slack.view("olivia"))
    assert not slack.submit("olivia", {"taker": ben})
    assert owner_of(slack, number) == ben
    assert approvers_of(slack) == {ben}


def test_nobody_is_bothered_about_somebody_who_had_nothing_open(slack: Slack) -> None:
    deactivate(slack, "ana")
    assert not [one for one in slack.private("olivia") if "deactivated" in one]


def test_only_managers_hand_over_for_others(slack: Slack) -> None:
    begin(slack)
    assert "giver" not in str(_fields(slack, "ben"))
    assert "giver" in str(_fields(slack, "olivia"))
    ben = slack.workspace.user("ben").id
    assert slack.submit("olivia", {"taker": ben, "giver": ben}) == {
        "taker": "Please choose a colleague."
    }


def _fields(slack: Slack, who: str) -> list[str]:
    slack.workspace.command(who, "handover")
    slack.settle()
    return [block.get("block_id", "") for block in slack.view(who).blocks]


def test_creators_and_digests_change_hands_and_come_back(slack: Slack) -> None:
    add_creators(slack, "mara", "ines")
    ids = {name: slack.workspace.user(name).id for name in ("olivia", "ana", "carla")}
    with slack.writing() as tx:
        giver, carla = people.get(tx, ids["olivia"]), people.get(tx, ids["carla"])
        carla.role = "manager"
        tx.session.add(carla)
        for row in tx.session.exec(select(Creator)):
            row.owner_id = giver.id
            tx.session.add(row)
        schedule = DigestSchedule(
            workspace_id=tx.workspace_id, owner_id=giver.id or 0, channel_id="C0MARKETING",
            timezone="UTC", since=tx.now, created_at=tx.now,
        )  # fmt: skip
        tx.session.add(schedule)
    day = slack.bot.services.clock.today(dt.UTC).isoformat()
    assert not hand_over(slack, "olivia", "carla", until=day)
    assert "2 creators to look after and 1 digest" in slack.text_of(slack.view("olivia"))

    with slack.reading() as tx:
        carla_id = people.get(tx, ids["carla"]).id
        assert {row.owner_id for row in tx.session.exec(select(Creator))} == {carla_id}
        assert [row.owner_id for row in tx.session.exec(select(DigestSchedule))] == [carla_id]
    with slack.writing() as tx:  # what the colleague gave away does not come back
        mara = tx.session.exec(select(Creator).order_by(col(Creator.id))).first()
        assert mara is not None
        mara.owner_id = people.get(tx, ids["ana"]).id
        tx.session.add(mara)
    (slack.data_dir / "clock").write_text(str(3 * 86_400))
    slack.tick()

    with slack.reading() as tx:
        owners = [
            row.owner_id for row in tx.session.exec(select(Creator).order_by(col(Creator.id)))
        ]
        known = {name: people.get(tx, slack_id).id for name, slack_id in ids.items()}
        assert owners == [known["ana"], known["olivia"]]
        (schedule,) = tx.session.exec(select(DigestSchedule))
        assert schedule.owner_id == known["olivia"]


def test_a_digest_stays_where_the_colleague_does_not_manage(slack: Slack) -> None:
    olivia = slack.workspace.user("olivia").id
    with slack.writing() as tx:
        giver = people.get(tx, olivia)
        tx.session.add(
            DigestSchedule(
                workspace_id=tx.workspace_id, owner_id=giver.id or 0, channel_id="C0MARKETING",
                timezone="UTC", since=tx.now, created_at=tx.now,
            )
        )  # fmt: skip

    assert not hand_over(slack, "olivia", "ben")

    said = slack.text_of(slack.view("olivia"))
    assert "1 digest stays: owners and managers have digests, and Ben is neither." in said
