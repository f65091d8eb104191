"""Digests from set-up to the channel: previewed, started, read, changed, paused, hidden."""

import datetime as dt
import json

import pytest
from sqlmodel import col, select

from domain.calendar import week_before
from domain.creator import Platform
from domain.forecast import Forecast, Range
from playground.people import BOT_USER_ID
from storage import audit, brands, digests, workspaces
from storage.digest_scope import decisions, sight
from storage.models import (
    Brand,
    BrandMember,
    Deliverable,
    DigestSchedule,
    ForecastRow,
    Partnership,
)
from tests.digests import (
    ZONE,
    Posted,
    Scene,
    last_private,
    next_monday,
    spring,
    start_weekly,
)
from tests.digests import posted as posted_in
from tests.slack import Slack


def schedules(slack: Slack) -> list[DigestSchedule]:
    with slack.reading() as tx:
        return digests.confirmed(tx)


def monday(slack: Slack, channel: str = "marketing") -> Posted:
    """Monday, nine o'clock: the one digest in the channel, with its thread."""
    slack.workspace.move_clock_to(0, 9)
    slack.tick()
    return posted_in(slack, channel)


def newest(slack: Slack) -> str:
    """The last digest in the channel with its thread."""
    root = slack.messages()[-1]
    return Posted(root, slack.replies(root)).text


def test_nothing_is_scheduled_until_the_preview_is_confirmed(slack: Slack) -> None:
    slack.workspace.command("olivia", "digest")
    assert slack.submit("olivia") is None

    preview = last_private(slack, "olivia")
    assert "Preview of a weekly digest" in slack.text_of(preview)
    assert "Mondays at 09:00 (Europe/London)" in slack.text_of(preview)
    slack.workspace.move_clock_to(0, 9)
    slack.tick()
    assert slack.messages() == []
    assert schedules(slack) == []


def test_a_started_digest_comes_once_on_its_day_and_says_when_the_next_one_comes(
    slack: Slack,
) -> None:
    start_weekly(slack)
    assert "Started" in slack.text_of(last_private(slack, "olivia"))

    posted = monday(slack)
    for _ in range(3):
        slack.tick()

    assert len(slack.messages()) == 1
    assert "A quiet week" in posted.text
    assert posted.thread == []
    again = dt.datetime.combine(next_monday(slack), dt.time(9), ZONE)
    in_the_readers_zone = f"The next one comes on <!date^{int(again.timestamp())}^"
    assert in_the_readers_zone in posted.text
    assert in_the_readers_zone in json.dumps(posted.blocks)


def test_the_figures_equal_those_counted_by_hand(slack: Slack) -> None:
    spring(slack)
    start_weekly(slack)

    said = monday(slack).text

    for line in (
        "Spring Glow: @erin waits for Ben",
        "Spring Glow: @fay is split; Olivia decides",
        "Under way: 0 approved (was 1), 1 agreed, 3 live (was 2)",
        "This week: 1 became agreed, 1 became live",
        "Reach: 4,000; week before: 10,000; change: −6,000 (−60 %)",
        "Reach, first figures: 8,000; week before: –; change: –",
        "Engagements: 220; week before: 450; change: −230 (−51 %)",
        "Engagements, first figures: 520; week before: –; change: –",
        "Engagement rate: 5.5 %; week before: 4.5 %; change: +1.0 points",
        "Conversions: 14; week before: 6; change: +8 (+133 %)",
        "Posts published: 0; week before: 1; change: −1",
        "Instagram, by followers: 6.7 % over 1 post (week before: 4.5 % over 1 post)",
        "Accounts of that size: 0.5 % (median, HypeAuditor 2026)",
        "TikTok, by views: 6.5 % over 1 post",
        "4.5 of 5 from 2 ratings (week before: 3.0 from 1)",
        "@bea.eats: 520 engagements (first figure)",
        "@anna: 220 engagements",
        "Cost per engagement (CPE): €0.67, over @anna and @bea.eats",
        "Cost per conversion (CPA): conversions unknown",
        "Return on spend (ROAS): no revenue known",
        "No cost known: @caro and @dora",
    ):
        assert line in said


def test_costs_to_date_hold_partnerships_that_ended_long_ago(slack: Slack) -> None:
    with slack.writing() as tx:
        scene = Scene(tx, next_monday(slack))
        old = scene.creator("long.ago", Platform.INSTAGRAM, 4_000)
        done = scene.partnership(old, {"live": 120, "done": 100}, euros=100)
        scene.result(done, 101, scene.post(done, 110), likes=50)
        done.updated_at = scene.at(100)
        new = scene.creator("of.today", Platform.INSTAGRAM, 4_000)
        live = scene.partnership(new, {"live": 4}, euros=300)
        scene.result(live, 2, scene.post(live, 4), likes=50)
    start_weekly(slack)

    said = monday(slack).text

    assert "EUR: €400 in all" in said
    assert "Cost per engagement (CPE): €4, over @long.ago and @of.today" in said
    assert "No audience feedback yet" not in said


def test_what_matters_stands_in_the_channel_and_the_rest_in_its_thread(slack: Slack) -> None:
    spring(slack)
    start_weekly(slack)

    posted = monday(slack)

    (rest,) = posted.thread
    kinds = [block["type"] for block in posted.root.blocks]
    assert kinds == [
        "header",
        "context",
        "section",
        "section",
        "section",
        "table",
        "context",
        "context",
    ]
    assert "In the thread: charts" in slack.text_of(posted.root)
    assert "Costs to date" not in posted.root.text
    for part in ("Costs to date", "Best this week", "Missing", "The last weeks"):
        assert f"{part}:" in rest.text
    assert {"Waiting for a decision:", "Figures of the week:"} <= set(posted.root.text.splitlines())


def test_forecasts_and_whom_to_ask_again_are_for_the_team(slack: Slack) -> None:
    spring(slack)
    with slack.writing() as tx:
        scene = Scene(tx, next_monday(slack))
        for handle, likes in (("gila", 300), ("hugo", 60)):
            creator = scene.creator(handle, Platform.INSTAGRAM, 9_000)
            one = scene.partnership(creator, {"live": 100, "done": 90}, None, 100)
            one.created_at = scene.at(110)
            made = Forecast(engagements=Range(low=50, middle=100, high=200))
            scene.tx.session.add(
                ForecastRow(workspace_id=tx.workspace_id, partnership_id=one.id, model="1",
                            profile_id=creator.id or 0, occasion="agreed", made_at=scene.at(105),
                            content=made.model_dump(mode="json"))
            )  # fmt: skip
            scene.result(one, 95, likes=likes - 1)
            scene.result(one, 3, likes=likes)
    start_weekly(slack)
    start_weekly(slack, channel="clients")

    ours = monday(slack)
    theirs = posted_in(slack, "clients")

    assert "• Forecasts to date: 1 of 2 within what we expected" in ours.root.text
    thread = ours.thread[0]
    assert "• @gila: engagements, 50–200 expected, 300 came: above" in thread.text
    assert "• @gila: 300 engagements, expected 50–200; not asked for" in thread.text
    assert "@hugo: 60 engagements, expected" not in thread.text
    (again,) = (one for one in slack.actions(thread) if one.startswith("shortlist:"))
    assert "gila" in slack.text_of(slack.press("ana", thread, again))
    assert "expected" not in theirs.text
    assert "asked for" not in theirs.text
    assert slack.actions(theirs.thread[0]) == []


def test_what_creators_owe_and_did_not_deliver_is_told_to_the_team(slack: Slack) -> None:
    scene = spring(slack)
    with slack.writing() as tx:
        later = Scene(tx, scene.day)
        anna = tx.session.exec(select(Partnership).order_by(col(Partnership.id))).first()
        for kind, days in (("Reel", 5), ("Story", 3), ("Short", -3)):
            later.add(
                Deliverable(workspace_id=0, partnership_id=anna.id if anna else 0, kind=kind,
                            due_on=later.ago(days), created_at=tx.now)
            )  # fmt: skip
    start_weekly(slack)

    said = monday(slack).root.text

    day = scene.ago(5)
    assert f"• 2 deliverables overdue: @anna (1 Reel, {day.day} {day:%B})" in said


def test_decisions_lead_and_nobody_is_pinged(slack: Slack) -> None:
    spring(slack)
    start_weekly(slack)

    posted = monday(slack)

    kinds = [block["type"] for block in posted.blocks]
    assert "Waiting for a decision" in json.dumps(posted.blocks[2])
    assert kinds.index("table") < kinds.index("data_visualization")
    drawn = json.dumps(posted.blocks) + posted.text
    assert "<@" not in drawn
    assert "<!channel>" not in drawn


def test_the_text_repeats_every_number_of_charts_and_table(slack: Slack) -> None:
    spring(slack)
    start_weekly(slack)

    posted = monday(slack)

    charts = [block for block in posted.blocks if block["type"] == "data_visualization"]
    assert len(charts) == 2
    for block in charts:
        for point in block["chart"]["series"][0]["data"]:
            assert f"{point['label']} {point['value']:,}" in posted.text
    (table,) = (block for block in posted.blocks if block["type"] == "table")
    for row in table["rows"][1:]:
        assert all(cell["text"].removeprefix("– ") in posted.text for cell in row)
        assert len(row) <= 4


def test_a_workspace_that_refuses_newer_blocks_gets_the_plain_form_and_that_is_kept(
    slack: Slack,
) -> None:
    spring(slack)
    slack.workspace.faults.refuse_blocks("data_visualization", "table")
    start_weekly(slack)

    posted = monday(slack)

    kinds = {block["type"] for block in posted.blocks}
    assert kinds == {"header", "context", "section"}
    assert "Engagements by week: " in posted.text
    assert "Reach: 4,000; week before: 10,000" in posted.text
    with slack.reading() as tx:
        assert set(workspaces.get(tx).refused_blocks) >= {"table", "data_visualization"}
    before = len(slack.workspace.api_calls("chat.postMessage"))
    slack.workspace.move_clock_to(0, 9)
    slack.tick()
    assert len(slack.workspace.api_calls("chat.postMessage")) == before + 1


def test_costs_and_notes_stay_out_of_channels_with_outsiders(slack: Slack) -> None:
    spring(slack)
    start_weekly(slack, channel="clients")

    said = monday(slack, "clients").text

    assert "Costs and weakest partnerships are left out" in said
    for word in ("€", "CPE", "ROAS", "No cost known", "Weakest so far", "where to buy"):
        assert word not in said
    assert "Engagements: 220" in said


def test_costs_stay_out_of_channels_with_a_guest_until_the_guest_is_gone(slack: Slack) -> None:
    spring(slack)
    slack.workspace.invite("marketing", "gus")
    start_weekly(slack)

    slack.command("olivia", "digest now")
    said = newest(slack)
    assert "because guests or people from outside are in this channel" in said
    assert "€" not in said
    slack.workspace.remove("marketing", "gus")
    slack.command("olivia", "digest now")
    assert "€" in newest(slack)


def test_somebody_whom_slack_does_not_describe_counts_as_an_outsider(slack: Slack) -> None:
    spring(slack)
    with slack.workspace.store.changing():
        slack.workspace.channel("marketing").members.append("U0NOBODY001")
    start_weekly(slack)

    assert "€" not in monday(slack).text


def test_a_channel_that_was_shared_since_is_asked_about_again(slack: Slack) -> None:
    spring(slack)
    start_weekly(slack)
    with slack.workspace.store.changing():
        slack.workspace.channel("marketing").is_ext_shared = True

    assert "€" not in monday(slack).text


def test_a_first_week_says_so_and_compares_with_nothing(slack: Slack) -> None:
    with slack.writing() as tx:
        scene = Scene(tx, next_monday(slack))
        profile = scene.creator("new.one", Platform.INSTAGRAM, 4_000)
        made = scene.partnership(profile, {"live": 4})
        scene.result(made, 2, scene.post(made, 4), impressions=900, likes=3)
    start_weekly(slack)

    said = monday(slack)

    assert "First week on record" in said.text
    assert "Reach: 900; week before: none new; change: –" in said.text
    assert "data_visualization" not in [block["type"] for block in said.blocks]


def limited(slack: Slack, *names: str) -> int:
    """A brand limited to these people, with a partnership and a brief; gives its number."""
    with slack.writing() as tx:
        scene = Scene(tx, next_monday(slack))
        named = [scene.person(slack, name) for name in names]
        brand = brands.create(tx, "Secret Lumen", None)
        brands.limit(tx, brand, True, named)
        brief = scene.brief("Hush", brand_id=brand.id)
        profile = scene.creator("hidden.one", Platform.INSTAGRAM, 4_000)
        made = scene.partnership(profile, {"live": 4}, brief, 900)
        scene.result(made, 2, scene.post(made, 4), impressions=900, likes=30)
        return brand.id or 0


def test_a_limited_brand_is_told_of_only_where_the_scope_names_it(slack: Slack) -> None:
    number = limited(slack, "olivia")
    start_weekly(slack)
    start_weekly(slack, channel="brand-secrets", scope=[f"brand:{number}"])

    assert "@hidden.one" not in monday(slack).text
    named = posted_in(slack, "brand-secrets")
    assert "@hidden.one" in named.text
    assert "Of Secret Lumen." in named.text


def test_the_confirmation_says_which_limited_brands_are_told_of(slack: Slack) -> None:
    number = limited(slack, "olivia")
    slack.workspace.command("olivia", "digest")
    slack.submit("olivia", {"scope": [f"brand:{number}"]})
    asked = json.dumps(last_private(slack, "olivia").blocks)
    assert "It tells of Secret Lumen, limited to named people." in asked


def test_a_digest_of_a_brand_that_a_manager_may_not_see_is_not_theirs_to_read_or_change(
    slack: Slack,
) -> None:
    """No preview tells of the brand, and no change makes another digest of it unnoticed."""
    with slack.writing() as tx:
        scene = Scene(tx, next_monday(slack))
        ana = scene.person(slack, "ana")
        ana.role = "manager"
        tx.session.add(ana)
        brand = scene.add(
            Brand(workspace_id=0, name="Lumen", name_key="lumen", limited=True, created_at=tx.now)
        )
        scene.add(BrandMember(workspace_id=0, brand_id=brand.id or 0, person_id=ana.id or 0))
    start_weekly(slack, "ana", scope=[f"brand:{brand.id}"])
    listed = slack.command("olivia", "digest")
    assert "Of limited brands. Set up by Ana." in slack.text_of(listed)

    assert slack.press("olivia", listed, "digest_change") is None
    slack.press("olivia", listed, "digest_now")
    for command in ("digest preview", "digest now"):
        assert "Please ask Ana" in slack.text_of(slack.command("olivia", command))

    assert not any("Lumen" in text for text in slack.private("olivia"))
    assert slack.messages() == []
    slack.command("ana", "digest preview")
    assert "Of Lumen." in slack.text_of(last_private(slack, "ana"))


def test_a_brand_that_the_asker_may_not_see_can_not_be_chosen(slack: Slack) -> None:
    number = limited(slack, "ana")
    slack.workspace.command("olivia", "digest")
    assert "Secret Lumen" not in slack.text_of(slack.view("olivia"))
    slack.workspace.close_view("olivia")
    start_weekly(slack)
    with slack.writing() as tx:
        (schedule,) = digests.confirmed(tx)
        schedule.scope = {"brands": [number]}
        tx.session.add(schedule)

    assert "@hidden.one" not in monday(slack).text


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"timezone": "Europe/Berln"}, "timezone", "Did you mean Europe/Berlin?"),
        ({"timezone": ""}, "timezone", ""),
        ({"channel": "C0NOBOT0001"}, "channel", "/invite"),
        ({"channel": "C0ARCHIVED1"}, "channel", "archived"),
    ],
)
def test_what_can_not_be_is_said_under_its_field(
    slack: Slack, values: dict[str, str], field: str, sentence: str
) -> None:
    slack.workspace.command("olivia", "digest")
    errors = slack.submit("olivia", values)
    assert errors is not None
    assert sentence in errors[field]


def test_only_owners_and_managers_set_digests_up(slack: Slack) -> None:
    slack.command("ana", "help")
    for word in ("digest", "digest now", "digest preview", "digest list"):
        assert "owners and managers" in slack.text_of(slack.command("ana", word)).lower()
    assert slack.workspace.view("ana") is None
    assert slack.messages() == []


def test_an_extra_digest_is_headed_so_and_takes_no_week(slack: Slack) -> None:
    spring(slack)
    start_weekly(slack)

    today = slack.bot.services.clock.now().astimezone(ZONE).date()
    slack.command("olivia", "digest now")
    (extra,) = slack.messages()
    slack.workspace.move_clock_to(0, 9)
    slack.tick()

    heading = f"Extra digest · {week_before(today).describe()} (until yesterday)"
    assert extra.text.splitlines()[0] == heading
    assert extra.blocks[0]["text"]["text"] == heading
    assert "An extra that Olivia asked for" in extra.text
    assert slack.messages()[1].text.startswith("Weekly digest · ")


def test_a_repeated_delivery_posts_one_extra(slack: Slack) -> None:
    slack.command("olivia", "digest now")
    slack.redeliver_last("command")
    assert len(slack.messages()) == 1


def test_an_extra_where_the_bot_is_not_says_why_not(slack: Slack) -> None:
    said = slack.text_of(slack.command("olivia", "digest now", "random"))
    assert said == "I am not in that channel. Type “/invite @influencer” there, then try again."
    assert slack.messages("random") == []


def test_a_preview_by_command_can_be_started_too(slack: Slack) -> None:
    slack.command("olivia", "digest preview")
    preview = last_private(slack, "olivia")
    slack.press("olivia", preview, "digest_start")
    assert len(schedules(slack)) == 1


def test_a_preview_can_be_changed_before_it_is_started(slack: Slack) -> None:
    slack.workspace.command("olivia", "digest")
    slack.submit("olivia")
    slack.press("olivia", last_private(slack, "olivia"), "digest_change")
    assert slack.submit("olivia", {"weekday": "3", "time": "17:30", "timezone": "berlin"}) is None
    slack.press("olivia", last_private(slack, "olivia"), "digest_start")

    (schedule,) = schedules(slack)
    assert digests.timing(schedule).describe() == "Thursdays at 17:30 (Europe/Berlin)"


def test_starting_twice_starts_once(slack: Slack) -> None:
    start_weekly(slack)
    slack.redeliver_last("action")
    assert len(schedules(slack)) == 1


def test_a_digest_is_paused_resumed_changed_and_deleted_from_the_list(slack: Slack) -> None:
    start_weekly(slack)
    number = schedules(slack)[0].id or 0

    slack.press("olivia", slack.command("olivia", "digest"), "digest_pause")
    slack.workspace.move_clock_to(0, 9)
    slack.tick()
    assert slack.messages() == []
    assert "Olivia paused it" in slack.private("olivia")[-1]

    slack.press("olivia", last_private(slack, "olivia"), "digest_resume")
    slack.press("olivia", slack.command("olivia", "digest"), "digest_change")
    slack.submit("olivia", {"time": "11:15"})
    slack.press("olivia", last_private(slack, "olivia"), "digest_start")
    (schedule,) = schedules(slack)
    assert (schedule.id, schedule.hour, schedule.minute) == (number, 11, 15)

    slack.press("olivia", slack.command("olivia", "digest"), "digest_delete")
    assert schedules(slack) == []
    with slack.reading() as tx:
        acts = [entry.action for entry in audit.of(tx, "digest", number)]
    assert acts == ["start", "pause", "resume", "change", "delete"]


@pytest.mark.parametrize("how", ["archive", "remove", "delete_channel"])
def test_a_channel_that_is_gone_pauses_it_and_tells_its_owner_once(slack: Slack, how: str) -> None:
    start_weekly(slack)
    before = len(slack.workspace.direct_messages("olivia"))

    getattr(slack.workspace, how)("marketing")
    slack.settle()
    for _ in range(2):
        slack.workspace.move_clock_to(0, 9)
        slack.tick()

    assert schedules(slack)[0].state == "paused"
    told = slack.workspace.direct_messages("olivia")[before:]
    assert len(told) == 1
    assert "I paused the weekly digest" in slack.text_of(told[0])
    assert ("/invite @influencer" in slack.text_of(told[0])) == (how == "remove")


@pytest.mark.parametrize("how", ["archive", "remove"])
def test_a_channel_that_went_unnoticed_is_noticed_when_the_digest_is_due(
    slack: Slack, how: str
) -> None:
    start_weekly(slack)
    before = len(slack.workspace.direct_messages("olivia"))
    channel = slack.workspace.channel("marketing")
    with slack.workspace.store.changing():
        if how == "archive":
            channel.is_archived = True
        else:
            channel.members.remove(BOT_USER_ID)

    slack.workspace.move_clock_to(0, 9)
    slack.tick()
    slack.tick()

    (told,) = slack.workspace.direct_messages("olivia")[before:]
    assert schedules(slack)[0].state == "paused"
    with slack.workspace.store.changing():
        channel.is_archived = False
    if how == "remove":
        slack.workspace.invite("marketing")
    slack.press("olivia", told, "digest_resume")
    assert schedules(slack)[0].state == "active"
    resumed = slack.workspace.direct_messages("olivia")[-1]
    assert "Resumed" in slack.text_of(resumed)


def test_a_channel_that_goes_while_the_digest_is_on_its_way_pauses_it_too(slack: Slack) -> None:
    start_weekly(slack)
    slack.workspace.faults.add("chat.postMessage", "error", error="is_archived")

    slack.workspace.move_clock_to(0, 9)
    slack.tick()

    assert schedules(slack)[0].state == "paused"
    assert "I paused the weekly digest" in slack.private("olivia")[-1]


def test_a_digest_that_slack_refuses_is_told_to_its_owner(slack: Slack) -> None:
    start_weekly(slack)
    slack.workspace.faults.add("chat.postMessage", "error", error="msg_too_long")

    slack.workspace.move_clock_to(0, 9)
    slack.tick()

    assert schedules(slack)[0].state == "active"
    assert "Slack refused this week's digest" in slack.private("olivia")[-1]


def test_drafts_that_nobody_starts_are_cleared_after_a_week(slack: Slack) -> None:
    slack.workspace.command("olivia", "digest")
    slack.submit("olivia")
    slack.workspace.advance_clock(dt.timedelta(days=8).total_seconds())
    slack.tick()
    with slack.reading() as tx:
        assert digests.confirmed(tx, ("draft",)) == []


def test_people_who_left_are_not_said_to_be_waited_for(slack: Slack) -> None:
    spring(slack)
    slack.workspace.change_user("ben", deleted=True)
    slack.workspace.change_user("olivia", deleted=True)
    slack.settle()

    with slack.reading() as tx:
        found = decisions(tx, sight(tx, {}, ()))

    (decision,) = found  # ana has voted on both, and nobody else can any more
    assert (decision.creators, decision.split) == (("@erin", "@fay"), True)
    assert decision.waits_for == ("a manager",)
