"""Weights of the fit follow what worked: proposed on evidence, accepted by an owner, taken back."""

import random
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from domain.brief import BriefContent
from domain.creator import Money
from domain.fit import Fit, Weights
from domain.fit_learning import (
    LEAST_FINISHED,
    Finished,
    adjusted,
    propose,
    read_factors,
)
from domain.goal import Goal
from domain.part import Part, PartName
from domain.partnership import Stage
from domain.partnership_form import PartnershipDraft
from domain.result_form import ResultDraft
from domain.results import Totals
from handlers import weights as feature
from handlers.context import Context
from handlers.fit_facts import brief_criteria
from storage import (
    audit,
    brands,
    partnerships,
    people,
    results,
    weight_changes,
    workspaces,
)
from storage.models import Card, Nudge, Partnership, Profile, Shortlist, WeightChange
from storage.transaction import Transaction
from tests.partnering import rows
from tests.shortlisting import add_creators
from tests.slack import Slack
from tests.test_forecasts_kept import NOW

USUAL = {part: Weights().of(part) for part in PartName}
AUTHENTIC = {PartName.AUTHENTICITY: 0.7, PartName.NICHE: 0.3}


def decided(
    count: int, works: Mapping[PartName, float], noise: float = 0.1, seed: int = 1
) -> list[Finished]:
    """Partnerships whose outcome follows these parts, and chance."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        parts: dict[PartName, int | None] = {
            part: chance.randint(2_500, 9_500) for part in PartName
        }
        if chance.random() < 0.3:
            parts[PartName.AUDIENCE] = None
        outcome = sum(
            times * ((parts[part] or 5_000) - 5_000) / 10_000 for part, times in works.items()
        )
        found.append(Finished(parts, USUAL, "EUR", outcome + chance.gauss(0, noise)))
    return found


def test_parts_that_told_what_worked_weigh_more_and_those_that_did_not_less() -> None:
    proposal = propose(decided(60, AUTHENTIC), {})

    assert proposal is not None
    assert proposal.factors[PartName.AUTHENTICITY] > 1.5
    assert proposal.factors[PartName.ENGAGEMENT] < 0.8
    assert proposal.evidence.proposed > proposal.evidence.present + 0.05
    assert proposal.evidence.partnerships == 60


def test_nothing_is_proposed_from_nineteen_partnerships_and_may_be_from_twenty() -> None:
    told = [decided(LEAST_FINISHED, {PartName.AUTHENTICITY: 5}, 0.01, seed) for seed in range(10)]

    assert all(propose(one[:-1], {}) is None for one in told)
    assert any(propose(one, {}) is not None for one in told)


def test_weights_that_work_are_left_alone_and_chance_seldom_moves_them() -> None:
    """Of 80 workspaces in which other weights would be no better, few are told otherwise."""
    present = {part: weight / 100 for part, weight in USUAL.items()}
    works = sum(propose(decided(40, present, 0.2, seed), {}) is not None for seed in range(40))
    chance = sum(propose(decided(40, {}, 1, seed), {}) is not None for seed in range(40))

    assert works <= 1
    assert chance <= 4


def test_accepted_weights_are_not_proposed_again_from_the_same_partnerships() -> None:
    known = decided(120, AUTHENTIC)
    first = propose(known, {})

    assert first is not None
    again = propose(known, first.factors)
    assert again is None or again.evidence.present > first.evidence.present


def test_partnerships_of_different_groups_are_never_compared() -> None:
    known = decided(60, AUTHENTIC)
    alone = [
        Finished(one.parts, one.weights, f"group {place}", one.outcome)
        for place, one in enumerate(known)
    ]

    assert propose(alone, {}) is None


@given(
    st.builds(Weights, **{part.value: st.integers(0, 1_000) for part in PartName}),
    st.dictionaries(st.sampled_from(PartName), st.floats(0.5, 2)),
)
def test_adjusted_weights_keep_their_sum_and_the_order_of_factors(
    weights: Weights, factors: dict[PartName, float]
) -> None:
    changed = adjusted(weights, factors)
    before, after = (sum(one.of(part) for part in PartName) for one in (weights, changed))

    assert abs(after - before) <= len(PartName) or max(map(changed.of, PartName)) == 1_000
    assert adjusted(weights, {}) == weights
    assert all(changed.of(part) == 0 for part in PartName if weights.of(part) == 0)


@given(st.dictionaries(st.text(max_size=12) | st.sampled_from(PartName), st.floats() | st.text()))
def test_whatever_is_stored_gives_factors_within_bounds(stored: dict[str, object]) -> None:
    assert all(0.5 <= factor <= 2 for factor in read_factors(stored).values())


@pytest.fixture
def finished(slack: Slack) -> Slack:
    """A workspace with 24 finished partnerships in which authenticity told what worked."""
    known = decided(24, {PartName.AUTHENTICITY: 1}, 0.02)
    handles = [f"creator{number}" for number in range(len(known))]
    add_creators(slack, *handles)
    with slack.writing() as tx:
        asker = slack.workspace.user("olivia").id
        shortlist = Shortlist(
            workspace_id=tx.workspace_id, channel_id="C1", created_at=tx.now,
            asker_id=people.get(tx, asker).id or 0,
        )  # fmt: skip
        tx.session.add(shortlist)
        tx.session.flush()
        found = {one.handle: one for one in tx.session.exec(select(Profile))}
        for handle, one in zip(handles, known, strict=True):
            _finish(tx, shortlist, found[handle], one)
    return slack


def _finish(tx: Transaction, shortlist: Shortlist, profile: Profile, one: Finished) -> None:
    fit = Fit(
        parts=tuple(
            Part(name=part, value=one.parts[part], weight=USUAL[part], evidence="")
            for part in PartName
        )
    )
    card = Card(
        workspace_id=tx.workspace_id,
        shortlist_id=shortlist.id or 0,
        creator_id=profile.creator_id,
        profile_id=profile.id or 0,
        fit=fit.model_dump(mode="json"),
        profile={"platform": "instagram", "handle": profile.handle},
        created_at=tx.now,
    )
    tx.session.add(card)
    tx.session.flush()
    made = partnerships.create(tx, profile.creator_id, profile.id, None, None, Stage.AGREED)
    made.card_id = card.id
    fee = {"fee": Money(amount=100, currency="EUR")}
    partnerships.change(tx, made, PartnershipDraft(costs=fee), None)
    likes = Totals(likes=round(1_000 * 10**one.outcome))
    results.record(tx, made, None, ResultDraft(as_of=NOW.date(), totals=likes), None)
    partnerships.change(tx, made, PartnershipDraft(stage=Stage.DONE), None)


def context_of(slack: Slack) -> Context:
    services = slack.bot.services
    with slack.reading() as tx:
        workspace = workspaces.get(tx)
    return Context(services=services, workspace=workspace)


def look(slack: Slack) -> None:
    """The hour passes, and the job that it asked for is done."""
    feature.look(context_of(slack))
    slack.settle()


def test_an_owner_is_told_sees_the_evidence_accepts_and_takes_it_back(finished: Slack) -> None:
    slack = finished
    look(slack)

    (row,) = rows(slack, WeightChange)
    assert row.state == "proposed"
    assert any("/influencer weights" in one.text for one in rows(slack, Nudge))
    shown = slack.command("olivia", "weights")
    text = slack.text_of(shown)
    assert "New weights of the fit are proposed" in text
    assert "Authenticity: 10 → " in text
    assert "24 finished partnerships" in text
    assert "pairs in the right order; the present weights" in text
    slack.press("olivia", shown, "weights_accept")
    with slack.reading() as tx:
        factors = weight_changes.in_use(tx)
        assert factors[PartName.AUTHENTICITY] > 1
        (entry,) = audit.of(tx, "weight change", row.id or 0)
        assert entry.after["state"] == "accepted"
    assert adjusted(Weights(), factors).authenticity > 10
    after = slack.command("olivia", "weights")
    assert f"authenticity {adjusted(Weights(), factors).authenticity}" in slack.text_of(after)
    assert "The present weights were accepted by Olivia" in slack.text_of(after)
    slack.press("olivia", after, "weights_back")
    with slack.reading() as tx:
        assert weight_changes.in_use(tx) == {}
    assert rows(slack, WeightChange)[0].state == "taken back"


def test_only_owners_decide_and_one_decision_ends_it(finished: Slack) -> None:
    slack = finished
    look(slack)
    shown = slack.command("ben", "weights")

    assert "An owner decides." in slack.text_of(shown)
    assert "weights_accept" not in " ".join(slack.actions(shown))
    first, second = (slack.command("olivia", "weights") for _ in range(2))
    slack.press("olivia", first, "weights_keep")
    slack.press("olivia", second, "weights_accept")
    with slack.reading() as tx:
        assert weight_changes.in_use(tx) == {}
    assert rows(slack, WeightChange)[0].state == "declined"


def test_the_new_weights_order_searches_and_a_brief_with_its_own_keeps_them(
    finished: Slack,
) -> None:
    slack = finished
    look(slack)
    slack.press("olivia", slack.command("olivia", "weights"), "weights_accept")
    with slack.reading() as tx:
        factors = weight_changes.in_use(tx)
    own = BriefContent(weights=Weights(niche=1))
    assert own.weights_for(Goal.AWARENESS, factors) == Weights(niche=1)
    assert BriefContent().weights_for(None, factors).authenticity > 10
    assert brief_criteria(None, (), factors).weights.authenticity > 10


def test_few_partnerships_are_said_to_be_too_few_and_limited_brands_teach_nobody(
    slack: Slack,
) -> None:
    assert "From 20 finished partnerships on" in slack.text_of(slack.command("ana", "weights"))
    add_creators(slack, "mara")
    with slack.writing() as tx:
        brand = brands.create(tx, "Acme", None)
        brand.limited = True
        tx.session.add(brand)
        tx.session.flush()
        hidden = brands.hidden_from(tx, None)
        row = Partnership(
            workspace_id=tx.workspace_id, creator_id=1, brand_id=brand.id, stage="done",
            created_at=tx.now, updated_at=tx.now,
        )  # fmt: skip
        tx.session.add(row)
        tx.session.flush()
        assert weight_changes.count_finished(tx, hidden) == 0
        assert weight_changes.finished(tx, hidden) == []
