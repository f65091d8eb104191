"""Stages as a brand names and skips them."""

from hypothesis import given
from hypothesis import strategies as st

from domain.partners_filter import read_filter
from domain.partnership import PIPELINE, Stage, may_move, moves_from
from domain.stage_plan import NEVER_SKIPPED, StagePlan, read_plan, stage_plan


def test_names_and_skipped_stages_are_kept_and_ours_fill_the_rest():
    plan = read_plan({Stage.AGREED: " Signed  off ", Stage.LIVE: "Live"}, ["product sent", "live"])
    assert isinstance(plan, StagePlan)
    assert plan.name(Stage.AGREED) == "Signed off"
    assert plan.name(Stage.LIVE) == "live"
    assert plan.skipped == {Stage.PRODUCT_SENT}  # results hang on live
    assert stage_plan(plan.stored()) == plan
    assert Stage.PRODUCT_SENT not in plan.offered(PIPELINE)


def test_two_stages_never_share_a_name():
    wrong = read_plan({Stage.AGREED: "Líve"}, [])
    assert isinstance(wrong, dict)
    assert wrong == {Stage.LIVE: "Two stages can't have the same name."}


def test_a_plan_of_another_release_is_read_as_far_as_it_is_known():
    stored = {"names": {"agreed": "Signed", "shipped": "Sent"}, "skipped": ["shipped", "done"]}
    assert stage_plan(stored) == StagePlan(names={Stage.AGREED: "Signed"})
    assert stage_plan(None).stored() is None


@given(st.sampled_from(PIPELINE[:-1]), st.sets(st.sampled_from(list(Stage))))
def test_whatever_is_skipped_there_is_a_way_on(stage: Stage, skipped: set[Stage]):
    plan = StagePlan(skipped=frozenset(skipped) - NEVER_SKIPPED)
    assert any(
        PIPELINE.index(one) > PIPELINE.index(stage)
        for one in plan.offered(moves_from(stage))
        if one != Stage.DECLINED
    )


def test_from_live_the_way_back_is_open_to_any_stage_of_the_work():
    assert may_move(Stage.LIVE, Stage.AGREED)
    assert may_move(Stage.LIVE, Stage.DUE)
    assert not may_move(Stage.LIVE, Stage.NEGOTIATING)


def test_stages_of_several_words_are_asked_for_as_they_are_named():
    assert read_filter("draft in review owner:me").stage is Stage.DRAFT
    assert read_filter("stage:content due brand:Acme").stage is Stage.DUE
    assert read_filter("product-sent").stage is Stage.PRODUCT_SENT
    assert read_filter("brand:Acme live").stage is Stage.LIVE
