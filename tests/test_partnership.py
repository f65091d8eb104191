"""Stages of a partnership, and what it costs."""

from decimal import Decimal
from itertools import pairwise

import pytest

from domain.creator import Money
from domain.partnership import (
    PIPELINE,
    Costs,
    Stage,
    is_finished,
    may_move,
    moves_from,
    refused_move,
    work_started,
)


@pytest.mark.parametrize(("before", "after"), [*pairwise(PIPELINE)])
def test_each_stage_leads_to_the_next_and_back_by_one(before, after):
    assert may_move(before, after)
    assert may_move(after, before)


@pytest.mark.parametrize("stage", Stage)
def test_staying_is_no_move_and_every_stage_has_a_way_out(stage):
    assert not may_move(stage, stage)
    assert moves_from(stage)
    assert len(set(moves_from(stage))) == len(moves_from(stage))


def test_steps_may_be_skipped_forwards_and_not_backwards():
    assert may_move(Stage.APPROVED, Stage.LIVE)
    assert not may_move(Stage.LIVE, Stage.CONTACTED)


def test_a_creator_may_decline_until_the_work_is_live():
    assert may_move(Stage.AGREED, Stage.DECLINED)
    assert not may_move(Stage.LIVE, Stage.DECLINED)
    assert may_move(Stage.DECLINED, Stage.NEGOTIATING)
    assert not may_move(Stage.DECLINED, Stage.DONE)


def test_a_refused_move_names_those_that_are_allowed():
    assert refused_move(Stage.DONE, Stage.CONTACTED) == (
        "A partnership that is done can't become contacted; it can become: live."
    )


def test_work_has_started_once_it_is_agreed():
    assert [stage for stage in Stage if work_started(stage)] == [
        Stage.AGREED,
        Stage.PRODUCT_SENT,
        Stage.DRAFT,
        Stage.DUE,
        Stage.LIVE,
        Stage.DONE,
    ]
    assert [stage for stage in Stage if is_finished(stage)] == [Stage.DONE]


def test_costs_are_summed_for_each_currency_and_zero_is_no_cost_known():
    fee = Money(amount=Decimal(100), currency="EUR")
    boost = Money(amount=Decimal(20), currency="USD")
    gift = Money(amount=Decimal(0), currency="GBP")

    costs = Costs(fee=fee, shipping=fee, paid_boost=boost, product_value=gift)
    assert costs.totals == (Money(amount=Decimal(200), currency="EUR"), boost)
    assert Costs().totals == ()
