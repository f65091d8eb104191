"""What is asked of a creator at once is what each module says of them by itself."""

import datetime as dt

import pytest

from domain.creator import Money
from domain.restriction import Kind, Restriction
from storage import (
    belongings,
    brands,
    creators,
    decisions,
    lists,
    live_accounts,
    merging,
    partnerships,
    profile_pairs,
    profiles,
    relationships,
    restrictions,
)
from storage.models import Card, ImportRun, ListMember, LiveAccount, Reason, Tag
from storage.transaction import Transaction
from tests.test_merging import Scene, fill, post_cards

pytestmark = pytest.mark.both_databases

TODAY = dt.date(2026, 11, 23)


def said(tx: Transaction, creator_id: int, profile_id: int) -> belongings.Belongings:
    """The same, asked of every module."""
    used = partnerships.of_creator(tx, creator_id)
    whether = {
        "card": decisions.cards_of(tx, creator_id, ()),
        "decision": decisions.about(tx, [creator_id]) or decisions.counted(tx, [creator_id]),
        "partnership": used,
        "restriction": restrictions.in_force(tx, [creator_id], TODAY),
        "note": creators.notes(tx, creator_id),
        "fee": profiles.quoted_fees(tx, [profile_id]),
        "fee of a brand": creators.brand_fees(tx, profile_id),
        "live account": live_accounts.of_profile(tx, profile_id),
        "pair": profile_pairs.of_creator(tx, creator_id),
        "merge": merging.absorbed(tx, creator_id),
    }
    assert decisions.with_history(tx, [creator_id]) == (
        {creator_id} if whether["card"] or used else set()
    )
    return belongings.Belongings(
        creator_id,
        profile_id,
        tuple(creators.tags(tx, creator_id)),
        tuple(lists.of_creator(tx, creator_id)),
        tuple(one.id or 0 for one in profiles.of_creator(tx, creator_id)),
        frozenset(kind for kind, found in whether.items() if found),
    )


def has(scene: Scene, creator_id: int) -> belongings.Belongings:
    """What there is of a creator, which is the same to those who look and those who write."""
    profile_id = scene.profile[creator_id]
    with scene.reading() as tx:
        found = belongings.of_creator(tx, creator_id, profile_id)
        assert found == said(tx, creator_id, profile_id)
    with scene.writing() as tx:
        assert belongings.of_creator(tx, creator_id, profile_id) == found
    return found


def test_what_there_is_of_a_creator_is_what_every_module_says(database):
    scene = Scene(database)
    with scene.writing() as tx:
        of_tik = scene.profile[scene.tik]
        fill(tx, scene.tik, of_tik, "of tik")
        creators.quote_fee(tx, of_tik, Money(amount=1, currency="EUR"), None,
                           brands.create(tx, "Lumea", None).id)  # fmt: skip
        restrictions.add(tx, scene.tik, Restriction(kind=Kind.BLOCKED, reason="x"), None)
        tx.session.add(LiveAccount(workspace_id=tx.workspace_id, profile_id=of_tik,
                                   platform="tiktok", refresh_at=tx.now))  # fmt: skip
        profile_pairs.propose(tx, of_tik, scene.profile[scene.tube], "linked")
        post_cards(tx, (scene.tik, of_tik))

    everything = {"card", "partnership", "restriction", "note", "fee", "fee of a brand"}
    assert has(scene, scene.anna).has == set()
    assert has(scene, scene.tik).has == {*everything, "live account", "pair"}
    assert has(scene, scene.tube).has == {"pair"}

    merge_id = scene.merge(scene.anna, scene.tik)

    assert has(scene, scene.anna).has == {"card", "partnership", "restriction", "note", "pair",
                                          "merge"}  # fmt: skip
    assert has(scene, scene.anna).tags == ("of tik", "shared")
    assert len(has(scene, scene.anna).profiles) == 2

    scene.separate(merge_id)

    assert has(scene, scene.anna).has == set()


@pytest.mark.parametrize("told", ["rejected", "audience"])
def test_a_card_tells_of_a_creator_by_its_decision_or_by_a_reason(database, told):
    scene = Scene(database)
    with scene.writing() as tx:
        (card,) = post_cards(tx, (scene.anna, scene.profile[scene.anna]))
    assert "decision" not in has(scene, scene.anna).has

    with scene.writing() as tx:
        kept = tx.session.get(Card, card.id)
        if told == "rejected":
            kept.state, kept.decided_at = told, tx.now
        for category in {"reopened", told} - {"rejected"}:
            tx.session.add(Reason(workspace_id=tx.workspace_id, card_id=card.id, text="",
                                  creator_id=scene.anna, category=category,
                                  created_at=tx.now))  # fmt: skip
        relationships.refresh(tx, [scene.anna])

    assert "decision" in has(scene, scene.anna).has


def test_what_a_hidden_import_brings_does_not_belong_to_a_creator_yet(database):
    scene = Scene(database)
    with scene.writing() as tx:
        mine = {"workspace_id": tx.workspace_id, "creator_id": scene.anna}
        run = ImportRun(workspace_id=tx.workspace_id, file_name="new.csv", state="storing",
                        created_at=tx.now)  # fmt: skip
        spring = lists.create(tx, "Spring", None)
        tx.session.add(run)
        tx.session.flush()
        tx.session.add(ListMember(**mine, list_id=spring.id, import_id=run.id))
        tx.session.add(Tag(**mine, tag="New", tag_key="new", import_id=run.id, created_at=tx.now))
        creators.add_tag(tx, scene.anna, "old", None)
        number = run.id
    found = has(scene, scene.anna)
    assert (found.tags, found.lists, len(found.profiles)) == (("old",), (), 1)

    with scene.writing() as tx:
        tx.session.get(ImportRun, number).state = "published"

    found = has(scene, scene.anna)
    assert (found.tags, found.lists, len(found.profiles)) == (("New", "old"), ("Spring",), 1)
