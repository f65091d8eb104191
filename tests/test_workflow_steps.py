"""Steps of Slack's Workflow Builder: who acts, what is shown, and how each ends once."""

import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import SQLModel, func, select

from bot import manifest
from bot.sender import Sender
from domain import roles, workflow_step
from domain.shortlist import CardState
from handlers import posting, registry
from playground.manifest import Manifest, read_manifest
from playground.records import StepRun
from playground.store import Refusal
from storage import brands, outbox, people
from storage.models import AuditEntry, Brief, Card, Job, OutboxMessage, Shortlist
from tests.shortlisting import add_brief, add_creators
from tests.slack import Slack
from tests.test_outbox import LaterClock, send_all, send_until_done
from views import workflow_steps as view

FIND, SUGGEST = "find_creators", "suggest_creator"
SUGGESTED = {
    "creator": "@mara",
    "brief": "spring",
    "channel": "C0MARKETING",
    "approvers": ["U0ANA000001"],
}
SLACK_IDS = st.text(max_size=9) | st.sampled_from(["U0OLIVIA001", "U0OLIVIA001\n", "C0MARKETING"])
WITH_SECRET = st.fixed_dictionaries({"id": SLACK_IDS, "secret": st.text(max_size=9)})
SOMETHING = st.none() | st.booleans() | st.integers() | st.text(max_size=9)
ANYTHING = (
    SOMETHING
    | st.lists(SOMETHING, max_size=3)
    | st.dictionaries(st.text(max_size=6), SOMETHING, max_size=3)
)
KINDS = st.sampled_from([workflow_step.VOUCHED_FOR, "slack#/types/user_id", "object"])


@pytest.fixture(scope="module")
def with_steps(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """What Slack was told of the app, where it has steps."""
    written = tmp_path_factory.mktemp("steps") / "manifest.yml"
    written.write_text(manifest.manifest_text(workflow_steps=True), encoding="utf-8")
    return read_manifest(written)


@pytest.fixture
def slack(slack: Slack, with_steps: Manifest) -> Slack:
    """A workspace whose app has the steps, with three creators and a brief."""
    slack.workspace.store.manifest = with_steps
    add_creators(slack, "mara", "lena", "noor")
    add_brief(slack)
    return slack


def run(slack: Slack, callback_id: str, who: str | None = None, **inputs: Any) -> StepRun:
    """Run a step to its end."""
    ran = slack.workspace.run_step(callback_id, inputs, who)
    slack.settle()
    assert ran.state != "running"
    return ran


def suggest(slack: Slack, who: str, **inputs: Any) -> StepRun:
    """Suggest @mara for Spring Glow in #marketing, with Ana to approve."""
    return run(slack, SUGGEST, who, **{**SUGGESTED, **inputs})


def ends(slack: Slack) -> list[str]:
    """The calls by which Slack was told how steps ended."""
    said = [one.method for one in slack.workspace.api_calls()]
    return [method for method in said if method in (outbox.COMPLETE, outbox.FAIL)]


def delivery_of(slack: Slack, ran: StepRun) -> dict[str, Any]:
    """What Slack sent to the bot for this run."""
    (found,) = [
        one.payload
        for one in slack.workspace.deliveries
        if one.payload.get("event", {}).get("function_execution_id") == ran.id
    ]
    return found


# What is found, and who reads it


def test_a_list_is_posted_where_the_step_says_with_nobody_behind_it(slack: Slack) -> None:
    ran = run(slack, FIND, words="skincare", channel="C0MARKETING")

    (posted,) = slack.messages("marketing")
    text = slack.text_of(posted)
    assert text.startswith("A workflow searched for Skincare: 3 creators, best first")
    assert "@mara" in text
    assert ran.outputs["found"] == 3
    assert ran.outputs["best"].startswith("instagram:")
    assert ran.outputs["link"].endswith(f"/archives/C0MARKETING/p{posted.ts.replace('.', '')}")
    slack.press("carla", posted, "shortlist:these")
    assert "Spring Glow" in slack.text_of(slack.view("carla"))


def test_without_a_channel_the_list_goes_privately_to_who_started_the_workflow(
    slack: Slack,
) -> None:
    ran = run(slack, FIND, "ana", words="skincare")
    by_a_clock = run(slack, FIND, words="skincare")

    assert ran.outputs["found"] == 3
    (told,) = slack.private("ana")
    assert "@mara" in told
    assert not slack.messages("marketing")
    assert by_a_clock.error == view.NO_PLACE


def test_people_from_outside_read_no_prices_and_press_nothing(slack: Slack) -> None:
    run(slack, FIND, "ana", words="skincare fee<€5,000", channel="C0CLIENTS01")
    run(slack, FIND, "ana", words="skincare fee<€5,000", channel="C0MARKETING")

    (outside,), (inside,) = slack.messages("clients"), slack.messages("marketing")
    assert "5,000" in slack.text_of(inside)
    assert "5,000" not in slack.text_of(outside)
    assert "A workflow that Ana started" in slack.text_of(outside)


def test_words_that_find_nobody_are_no_failure_and_wrong_ones_are_explained(slack: Slack) -> None:
    nobody = run(slack, FIND, words="zebraplumbing", channel="C0MARKETING")
    wrong = run(slack, FIND, words="skincare followers>", channel="C0MARKETING")
    absent = run(slack, FIND, words="skincare", channel="C0NOBOT0001")

    assert (nobody.state, nobody.outputs["found"]) == ("succeeded", 0)
    assert "best" not in nobody.outputs
    (said,) = slack.messages("marketing")
    assert "no creator matches" in slack.text_of(said)
    assert wrong.state == "failed" and "followers" in wrong.error
    assert "/invite" in absent.error


# Who acts


def test_a_suggestion_is_a_shortlist_of_who_acts_and_then_joins_it(slack: Slack) -> None:
    first = suggest(slack, "carla")
    second = suggest(slack, "ben", creator="instagram:lena", channel="", approvers=[])
    again = suggest(slack, "ben")

    (summary,) = slack.messages("marketing")
    assert "Carla asks Ana: 1 approval needed" in slack.text_of(summary)
    cards = slack.replies(summary)
    assert [ran.outputs["link"].rpartition("/p")[2] for ran in (first, second)] == [
        card.ts.replace(".", "") for card in cards
    ]
    assert [ran.outputs["added"] for ran in (first, second, again)] == [True, True, False]
    assert "was not added" in again.outputs["result"]
    slack.react("ana", "white_check_mark", cards[0])
    assert "Approved by Ana" in slack.text_of(cards[0])
    with slack.reading() as tx:
        entries = tx.session.exec(select(AuditEntry).where(AuditEntry.object_kind == "shortlist"))
        actors = [(one.actor, one.action, one.delivery) for one in entries]
    carla, ben = (slack.workspace.user(name).id for name in ("carla", "ben"))
    assert [(who, what) for who, what, _ in actors] == [(carla, "create"), (ben, "add")]
    assert actors[0][2] == f"workflow.step:{first.id}"


def test_slack_publishes_no_suggestion_that_nobody_makes_nor_one_made_in_anothers_name(
    slack: Slack,
) -> None:
    with pytest.raises(Refusal, match="parameter_validation_failed"):
        slack.workspace.run_step(SUGGEST, {"creator": "@mara", "brief": "spring"})
    with pytest.raises(Refusal, match="parameter_validation_failed"):
        slack.workspace.run_step(
            SUGGEST, {"creator": "@mara", "brief": "spring", "person": {"id": "U0OLIVIA001"}}, "ana"
        )


@pytest.mark.parametrize("beginning", ["sqlite"], indirect=True)
def test_an_input_that_anybody_can_fill_says_nothing_of_who_acts(slack: Slack) -> None:
    """As where an operator's own manifest makes a plain field of it."""
    person = {"id": "U0OLIVIA001", "secret": "made up"}
    for kind, value in (("slack#/types/user_id", "U0OLIVIA001"), ("object", person)):
        event = executed("Fx" + kind, {"creator": "@mara", "brief": "spring", "person": value})
        event["function"]["input_parameters"] = [{"name": "person", "type": kind}]
        slack.workspace.events.emit(event)
        slack.workspace.settle()
    slack.settle()

    with slack.reading() as tx:
        errors = tx.session.exec(
            select(OutboxMessage.payload).where(OutboxMessage.method == outbox.FAIL)
        ).all()
        assert tx.session.exec(select(func.count()).select_from(Shortlist)).one() == 0
    assert [one["error"] for one in errors] == [view.NOBODY_ACTS] * 2


@pytest.mark.parametrize("beginning", ["sqlite"], indirect=True)
def test_guests_and_strangers_get_a_workflow_to_do_nothing(slack: Slack) -> None:
    for who, sentence in (("gus", roles.IS_A_GUEST), ("sam", roles.IS_A_STRANGER)):
        assert run(slack, FIND, who, words="skincare", channel="C0MARKETING").error == sentence
        assert run(slack, FIND, who, words="skincare").error == sentence
        assert suggest(slack, who).error == sentence
        assert not slack.private(who)
    assert not slack.messages("marketing")


def test_who_becomes_a_guest_before_the_step_is_done_does_nothing(slack: Slack) -> None:
    """The event came from a member; the job, which looks again, finds a guest."""
    ran = slack.workspace.run_step(SUGGEST, SUGGESTED, "carla")
    with slack.writing() as tx:
        carla = people.get(tx, slack.workspace.user("carla").id)
        carla.is_guest = True
        tx.session.add(carla)
    slack.settle()

    assert ran.error == roles.IS_A_GUEST


def test_nothing_of_a_limited_brand_comes_out_of_a_workflow_whoever_starts_it(
    slack: Slack,
) -> None:
    """Olivia sees the brief; who built the workflow, and who reads the channel, may not."""
    with slack.writing() as tx:
        brand = brands.create(tx, "Lumen", None)
        brands.limit(tx, brand, True, [people.get(tx, slack.workspace.user("olivia").id)])
        number = brand.id
    add_brief(slack, "Secret Serum", number)

    found = run(slack, FIND, "olivia", words="skincare for serum", channel="C0MARKETING")
    private = run(slack, FIND, "olivia", words="skincare for serum")
    suggested = suggest(slack, "olivia", brief="Secret Serum")

    for ran in (found, private, suggested):
        assert "There is no brief “" in ran.error
        assert "Secret Serum" not in ran.error.replace("“Secret Serum”", "", 1)
    assert "Spring Glow" in suggested.error
    assert not slack.messages("marketing")


def test_a_brief_limited_while_the_step_is_done_is_not_used(slack: Slack) -> None:
    """Between the look at the channel and the transaction that posts, which looks again."""
    slack.workspace.faults.add("conversations.members", "delay", seconds=0.3)
    ran = slack.workspace.run_step(SUGGEST, SUGGESTED, "carla")
    doing = threading.Thread(target=slack.settle)
    doing.start()
    slack.workspace.wait_for(lambda: slack.workspace.api_calls("conversations.info"))
    with slack.writing() as tx:
        brand = brands.create(tx, "Lumen", None)
        brands.limit(tx, brand, True, [people.get(tx, slack.workspace.user("carla").id)])
        tx.session.execute(update(Brief).values(brand_id=brand.id))
    doing.join()

    assert ran.error == posting.NO_BRIEF
    assert not slack.messages("marketing")


# What a workflow may ask for


def test_what_is_unclear_or_not_there_is_said_with_what_to_do(slack: Slack) -> None:
    add_brief(slack, "Spring Run")
    said = {
        "which brief": suggest(slack, "ana", brief="spring"),
        "no brief": suggest(slack, "ana", brief="autumn <!here>"),
        "nobody": suggest(slack, "ana", brief="glow", creator="@zebra<!channel>"),
        "a colleague": suggest(slack, "ana", brief="glow", creator="<@U0BEN000001>"),
        "no channel": suggest(slack, "ana", brief="glow", channel=""),
        "no approvers": suggest(slack, "ana", brief="glow", approvers=[]),
        "a guest approves": suggest(slack, "ana", brief="glow", approvers=["U0GUS000001"]),
        "outsiders": suggest(slack, "ana", brief="glow", channel="C0CLIENTS01"),
    }

    for what, words in (
        ("which brief", "“Spring Run” or “Spring Glow”"),
        ("no brief", "There is no brief “autumn ‹!here>”"),
        ("nobody", "“zebra@channel” is not in your list"),
        ("a colleague", "Ben is somebody of your team"),
        ("no channel", "No shortlist for “Spring Glow” is open"),
        ("no approvers", view.NO_APPROVERS),
        ("a guest approves", "Gus is not a full member"),
        ("outsiders", view.READ_OUTSIDE),
    ):
        assert words in said[what].error, what
        assert "<" not in said[what].error
    with slack.reading() as tx:
        assert tx.session.exec(select(func.count()).select_from(Shortlist)).one() == 0


@pytest.mark.parametrize("beginning", ["sqlite"], indirect=True)
def test_a_step_of_a_newer_manifest_ends_with_a_sentence(slack: Slack) -> None:
    slack.workspace.events.emit(executed("Fx1", {}, callback_id="paint_a_picture"))
    slack.workspace.settle()
    slack.settle()

    with slack.reading() as tx:
        ended = outbox.by_key(tx, "step:Fx1:ended")
        assert ended is not None
        assert (ended.method, ended.payload["error"]) == (outbox.FAIL, view.UNKNOWN_STEP)


# Delivered again, answered never


def test_a_repeated_delivery_and_a_second_event_of_one_run_change_nothing(slack: Slack) -> None:
    ran = suggest(slack, "carla")
    delivered = delivery_of(slack, ran)

    slack.workspace.events.send(delivered)
    slack.workspace.events.emit(delivered["event"])
    slack.workspace.settle()
    slack.settle()

    with slack.reading() as tx:
        assert tx.session.exec(select(func.count()).select_from(Card)).one() == 1
        assert tx.session.exec(
            select(func.count()).select_from(Job).where(Job.kind == "workflow.step")
        ).one() == 1  # fmt: skip
    assert ends(slack) == [outbox.COMPLETE]


def test_a_job_that_died_after_its_commit_does_its_step_once(slack: Slack) -> None:
    """It is taken up again when the card was withdrawn meanwhile, which is not undone."""
    suggest(slack, "carla")
    run(slack, FIND, words="skincare", channel="C0GENERAL01")
    with slack.writing() as tx:
        tx.session.execute(update(Card).values(state=CardState.WITHDRAWN))
        tx.session.execute(update(Job).values(state="waiting", due_at=tx.now))
    slack.workers.run_until_idle()

    with slack.reading() as tx:
        assert tx.session.exec(select(Card.state)).one() == CardState.WITHDRAWN
    assert len(slack.messages("marketing")) == len(slack.messages("general")) == 1
    assert ends(slack) == [outbox.COMPLETE] * 2


def test_an_end_is_said_until_slack_confirms_it_however_long_that_takes(slack: Slack) -> None:
    """A workflow waits for it, and saying it twice does no harm."""
    slack.workspace.faults.add(outbox.COMPLETE, "server_error", times=12)
    ran = slack.workspace.run_step(FIND, {"words": "skincare", "channel": "C0MARKETING"})
    slack.settle()
    clock = LaterClock()
    sender = Sender(slack.bot, clock)
    for _ in range(11):
        clock.pass_(60)
        send_all(sender)
    assert len(ends(slack)) == 12 and ran.state == "running"

    send_until_done(slack, sender, clock)

    assert ran.state == "succeeded"


def test_an_end_whose_answer_was_lost_is_said_again_and_taken_for_said(slack: Slack) -> None:
    both = {outbox.COMPLETE: "skincare", outbox.FAIL: "followers>"}
    ran = {}
    for method, words in both.items():
        slack.workspace.faults.add(method, "drop")
        ran[method] = run(slack, FIND, words=words, channel="C0MARKETING")
    assert ends(slack) == list(both)

    clock = LaterClock()
    send_until_done(slack, Sender(slack.bot, clock), clock)

    assert ends(slack) == [*both, *both]
    for method in both:
        second = slack.workspace.api_calls(method)[-1].response
        assert second is not None and second["error"] == "execution_not_in_running_state"
        with slack.reading() as tx:
            ended = outbox.by_key(tx, f"step:{ran[method].id}:ended")
            assert ended is not None and (ended.state, ended.error) == ("sent", None)
    assert [one.state for one in ran.values()] == ["succeeded", "failed"]


@pytest.mark.parametrize("beginning", ["sqlite"], indirect=True)
def test_a_list_that_slack_does_not_take_ends_the_step_with_an_error(slack: Slack) -> None:
    slack.workspace.faults.add("chat.postMessage", "error", error="is_archived")

    ran = run(slack, FIND, words="skincare", channel="C0MARKETING")

    assert (ran.state, ran.error) == ("failed", view.NOT_POSTED)


@pytest.mark.parametrize("beginning", ["sqlite"], indirect=True)
def test_slacks_token_and_secret_of_a_workflow_are_kept_nowhere(slack: Slack) -> None:
    ran = suggest(slack, "carla")
    event = delivery_of(slack, ran)["event"]
    secrets = (event["bot_access_token"], event["inputs"]["person"]["secret"])

    with slack.reading() as tx:
        kept = repr([tx.session.execute(table.select()).all()
                     for table in SQLModel.metadata.sorted_tables])  # fmt: skip
    assert ran.id in kept
    assert not [one for one in secrets if one in kept]


# Rules


@given(
    inputs=st.dictionaries(st.text(max_size=9), ANYTHING, max_size=4),
    person=ANYTHING | WITH_SECRET,
    kind=KINDS,
)
def test_any_inputs_are_read_and_only_slack_says_who_acts(
    inputs: dict[str, Any], person: Any, kind: str
) -> None:
    event = executed("Fx1", {**inputs, "person": person})
    event["function"]["input_parameters"] = [{"name": "person", "type": kind}]

    step = workflow_step.read(event)

    vouched = kind == workflow_step.VOUCHED_FOR and isinstance(person, dict)
    ours = vouched and person.get("id") == "U0OLIVIA001" and bool(person.get("secret"))
    assert step.acting == ("U0OLIVIA001" if ours else "")
    assert workflow_step.Step.model_validate(json.loads(step.model_dump_json())) == step
    assert all(step.text(name) == value.strip() for name, value in step.texts.items())


def test_the_manifest_describes_the_steps_that_there_are_and_their_inputs() -> None:
    described = manifest.steps()
    folder = Path(manifest.__file__).parents[1] / "handlers"

    assert described.keys() == registry.everything().steps.keys()
    for name, file in (("find_creators", "find_step.py"), ("suggest_creator", "suggest_step.py")):
        written = (folder / file).read_text(encoding="utf-8")
        read = set(re.findall(r"step\.(?:text|named)\(\"(\w+)\"\)", written))
        asked = described[name]["input_parameters"]["properties"]
        assert asked.keys() == read | {workflow_step.ACTING}
        assert asked[workflow_step.ACTING]["type"] == workflow_step.VOUCHED_FOR


def executed(
    execution_id: str, inputs: dict[str, Any], callback_id: str = SUGGEST
) -> dict[str, Any]:
    """An event as Slack sends it, with inputs that its workflows would not have."""
    return {
        "type": "function_executed",
        "function": {"id": "Fn1", "callback_id": callback_id, "input_parameters": []},
        "inputs": inputs,
        "function_execution_id": execution_id,
        "workflow_execution_id": "Wx1",
        "event_ts": "1795435871.000100",
        "bot_access_token": "xwfp-none",
    }
