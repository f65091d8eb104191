"""Two creators become one person, and two again: what each had, and nothing else, goes back."""

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from domain.brief import BriefContent
from domain.brief_form import BriefDraft
from domain.creator import Figures, Money, Platform, ProfileSnapshot
from domain.niche import default_vocabulary
from domain.partnership import Stage
from storage import (
    approvals,
    audit,
    briefs,
    cards,
    creators,
    decisions,
    index,
    lists,
    merging,
    partnerships,
    people,
    profile_pairs,
    profile_store,
    profiles,
    reasons,
    relationships,
    search,
    workspaces,
)
from storage.database import Database
from storage.models import Card, Creator, NicheRow, Partnership, Profile, Shortlist
from storage.moved_rows import TABLES
from storage.search import Criteria
from storage.transaction import Transaction
from tests.importing import Bench

pytestmark = pytest.mark.both_databases

WORDS = default_vocabulary()
ANNA, TIK, TUBE = (
    ProfileSnapshot(
        platform=platform,
        handle=handle,
        display_name=name,
        categories=("Skincare",),
        figures=Figures(followers=10_000),
    )
    for platform, handle, name in (
        (Platform.INSTAGRAM, "anna", "Anna"),
        (Platform.TIKTOK, "annatok", "Anna Tok"),
        (Platform.YOUTUBE, "annatube", "Anna Tube"),
    )
)


class Scene:
    """One workspace with Anna on three platforms, who are three creators still."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.workspace_id = workspaces.only(database).id or 0
        with self.writing() as tx:
            profile_store.store(tx, [ANNA, TIK, TUBE], WORDS, index.pools(tx))
        with self.reading() as tx:
            found = [profiles.by_handle(tx, one.handle)[0] for one in (ANNA, TIK, TUBE)]
        self.anna, self.tik, self.tube = (one.creator_id for one in found)
        self.profile = {one.creator_id: one.id or 0 for one in found}

    def reading(self) -> Any:
        return self.database.reading(self.workspace_id)

    def writing(self) -> Any:
        return self.database.writing(self.workspace_id, "U1")

    def merge(self, kept: int, merged: int, **said: Any) -> int:
        with self.writing() as tx:
            return merging.merge(tx, kept, merged, WORDS, **said).id or 0

    def separate(self, merge_id: int) -> bool:
        with self.writing() as tx:
            return merging.separate(tx, merge_id, WORDS) is not None

    def owners(self) -> dict[str, Any]:
        """Whose each row is, and who each creator is: all that merging changes."""
        with self.reading() as tx:
            rows: dict[str, Any] = {
                name: sorted(
                    tx.session.exec(
                        select(getattr(table.model, table.key), table.model.creator_id)
                    ).all()
                )
                for name, table in TABLES.items()
            }
            rows["index"] = sorted(
                tx.session.exec(select(NicheRow.profile_id, NicheRow.creator_id).distinct())
            )
            rows["creators"] = sorted(
                (one.id or 0, one.name, one.owner_id, one.merged_into)
                for one in tx.session.exec(select(Creator))
            )
        return rows


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)


def fill(tx: Transaction, creator_id: int, profile_id: int, name: str) -> None:
    """Everything that can hang on a creator."""
    creators.add_tag(tx, creator_id, "shared", None)
    creators.add_tag(tx, creator_id, name, None)
    creators.add_note(tx, creator_id, f"Note on {name}", None, None)
    for wanted in ("Shared", name):
        lists.add(tx, lists.named(tx, wanted) or lists.create(tx, wanted, None), [creator_id])
    partnerships.create(tx, creator_id, profile_id, None, None, Stage.CONTACTED)
    partnerships.create(tx, creator_id, None, None, None, Stage.LIVE)
    creators.quote_fee(tx, profile_id, Money(amount=100, currency="EUR"), None)


def post_cards(tx: Transaction, *of: tuple[int, int]) -> list[Card]:
    """A shortlist with a card of each of these (creator, profile)."""
    asker = people.get(tx, "U1")
    brief = briefs.create(
        tx, BriefDraft(name="Spring", content=BriefContent(niches=("skincare",))), None, None
    )
    shortlist = Shortlist(workspace_id=tx.workspace_id, brief_id=brief.id, channel_id="C1",
                          asker_id=asker.id or 0, created_at=tx.now)  # fmt: skip
    tx.session.add(shortlist)
    tx.session.flush()
    return [
        cards.add(
            tx,
            Card(workspace_id=tx.workspace_id, shortlist_id=shortlist.id or 0,
                 creator_id=creator_id, profile_id=profile_id, created_at=tx.now),
        )
        for creator_id, profile_id in of
    ]  # fmt: skip


def everything(scene: Scene) -> None:
    with scene.writing() as tx:
        for creator_id in (scene.anna, scene.tik, scene.tube):
            fill(tx, creator_id, scene.profile[creator_id], f"of {creator_id}")
        made = post_cards(tx, *scene.profile.items())
        for card in made:
            reasons.add(tx, card, None, "audience", "too young")
            card.state, card.decided_at = "rejected", tx.now
            tx.session.add(card)


def test_all_that_two_creators_had_is_one_persons(scene: Scene) -> None:
    everything(scene)
    scene.merge(scene.anna, scene.tik, why="said so")

    with scene.reading() as tx:
        assert len(profiles.of_creator(tx, scene.anna)) == 2
        assert creators.tags(tx, scene.anna) == [f"of {scene.anna}", f"of {scene.tik}", "shared"]
        assert len(creators.notes(tx, scene.anna)) == 2
        assert lists.of_creator(tx, scene.anna) == [
            "Shared",
            f"of {scene.anna}",
            f"of {scene.tik}",
        ]
        sizes = lists.sizes(tx, list(lists.names(tx)))
        assert {lists.names(tx)[number]: size for number, size in sizes.items()}["Shared"] == 2
        assert len(partnerships.of_creator(tx, scene.anna)) == 4
        assert len(decisions.about(tx, [scene.anna])[scene.anna]) == 2, "both cards are history"
        assert creators.current_id(tx, scene.tik) == scene.anna
        entry = audit.of(tx, "creator", scene.anna)[-1]
    assert (entry.action, entry.actor, entry.after["merged"]) == ("merge", "U1", scene.tik)


def test_separating_gives_each_exactly_what_it_had(scene: Scene) -> None:
    everything(scene)
    before = scene.owners()
    merge_id = scene.merge(scene.anna, scene.tik, name="Anna Tok", why="said so")
    assert scene.owners() != before

    assert scene.separate(merge_id)
    assert scene.owners() == before
    assert not scene.separate(merge_id), "it is undone once"
    with scene.reading() as tx:
        pair = sorted((scene.profile[scene.anna], scene.profile[scene.tik]))
        assert profile_pairs.decided(tx, [(pair[0], pair[1])]), "they are not joined by themselves"
        assert audit.of(tx, "creator", scene.anna)[-1].action == "separate"


@pytest.mark.parametrize("first", [0, 1])
def test_a_chain_of_merges_is_undone_in_any_order(scene: Scene, first: int) -> None:
    everything(scene)
    before = scene.owners()
    made = [scene.merge(scene.tik, scene.tube), scene.merge(scene.anna, scene.tik)]
    with scene.reading() as tx:
        assert creators.current_id(tx, scene.tube) == scene.anna
        assert len(profiles.of_creator(tx, scene.anna)) == 3
        assert [one.id for one in merging.of_creator(tx, scene.anna)] == made

    scene.separate(made[first])
    with scene.reading() as tx:
        tube = creators.current_id(tx, scene.tube)
        assert tube == (scene.tik if first else scene.tube)
        assert creators.current_id(tx, scene.tik) == (scene.tik if first else scene.anna)
    scene.separate(made[1 - first])
    assert scene.owners() == before


def test_what_went_back_is_not_taken_again_by_undoing_a_later_merge(scene: Scene) -> None:
    everything(scene)
    first = scene.merge(scene.tik, scene.tube)
    second = scene.merge(scene.anna, scene.tik)
    scene.separate(first)
    scene.merge(scene.anna, scene.tube)
    scene.separate(second)

    with scene.reading() as tx:
        mine = {one.platform for one in profiles.of_creator(tx, scene.anna)}
    assert mine == {"instagram", "youtube"}


def test_what_was_added_since_stays_but_cards_and_partnerships_go_with_their_profile(
    scene: Scene,
) -> None:
    merge_id = scene.merge(scene.anna, scene.tik)
    tik = scene.profile[scene.tik]
    with scene.writing() as tx:
        creators.add_note(tx, scene.tik, "Since", None, None)  # by an old button's number
        creators.add_tag(tx, scene.tik, "since", None)
        made = partnerships.create(tx, scene.tik, tik, None, None, Stage.LIVE)
        (card,) = post_cards(tx, (scene.tik, tik))
        assert (made.creator_id, card.creator_id) == (scene.anna, scene.anna)
        creators.set_owner(tx, scene.anna, people.get(tx, "U2").id)
    scene.separate(merge_id)

    with scene.reading() as tx:
        assert [note.text for note, _ in creators.notes(tx, scene.anna)] == ["Since"]
        assert creators.tags(tx, scene.anna) == ["since"]
        assert len(partnerships.of_creator(tx, scene.tik)) == 1
        assert {one.creator_id for one in tx.session.exec(select(Card))} == {scene.tik}
        kept = creators.get(tx, scene.anna)
        assert kept is not None
        assert kept.owner_id is not None


def test_nobody_is_merged_with_themselves_or_with_nobody(scene: Scene) -> None:
    scene.merge(scene.anna, scene.tik)
    for other in (scene.anna, scene.tik, 999_999):
        with pytest.raises(merging.NotTwo):
            scene.merge(scene.anna, other)


def test_one_person_is_counted_once_and_found_by_the_tags_of_both(scene: Scene) -> None:
    with scene.writing() as tx:
        creators.add_tag(tx, scene.tik, "vip", None)
    scene.merge(scene.anna, scene.tik)
    with scene.reading() as tx:
        today = dt.date(2026, 11, 23)
        best = search.top(tx, Criteria(), today, 10)
        tagged = search.top(tx, Criteria(tags=("vip",)), today, 10)
    assert [one.creator_id for one in best].count(scene.anna) == 1
    assert [one.creator_id for one in tagged] == [scene.anna]


def test_two_people_merging_at_once_make_one_person_of_all(scene: Scene) -> None:
    failed: list[BaseException] = []

    def join(kept: int, merged: int) -> None:
        try:
            scene.merge(kept, merged)
        except merging.NotTwo:
            pass
        except BaseException as error:
            failed.append(error)

    pairs = [(scene.anna, scene.tik), (scene.tik, scene.anna), (scene.tube, scene.anna),
             (scene.tik, scene.tube)]  # fmt: skip
    threads = [threading.Thread(target=join, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    with scene.reading() as tx:
        roots = {creators.current_id(tx, one) for one in (scene.anna, scene.tik, scene.tube)}
        assert len(roots) == 1
        owners = set(tx.session.exec(select(Profile.creator_id)))
        assert owners == roots
        indexed = set(tx.session.exec(select(NicheRow.creator_id)))
        assert indexed == roots
        left = tx.session.exec(select(Creator).where(col(Creator.merged_into).is_(None))).all()
    assert {one.id for one in left} == roots


def test_a_profile_that_is_stored_again_stays_with_the_person(scene: Scene) -> None:
    scene.merge(scene.anna, scene.tik)
    newer = TIK.model_copy(update={"figures": Figures(followers=20_000)})
    with scene.writing() as tx:
        profile_store.store(tx, [newer], WORDS, index.pools(tx))
    with scene.reading() as tx:
        assert {one.creator_id for one in tx.session.exec(select(Profile))} == {
            scene.anna,
            scene.tube,
        }
        assert set(tx.session.exec(select(NicheRow.creator_id))) == {scene.anna, scene.tube}


def test_an_import_at_work_and_merges_do_not_disturb_each_other(
    scene: Scene, tmp_path: Path
) -> None:
    bench = Bench(scene.database, tmp_path)
    rows = [f"instagram,p{n},P {n},{n + 1000},Skincare,t{n}" for n in range(400)]
    known = ("instagram,anna,Anna,11000,Skincare,vip", "tiktok,annatok,Anna Tok,9000,Skincare,new")
    rows[100:100] = known
    rows[300:300] = ["youtube,annatube,Anna Tube,700,Skincare,"]
    path = tmp_path / "many.csv"
    path.write_text("\n".join(["platform,handle,name,followers,category,tags", *rows]))
    import_id = bench.queue(path)
    ended: list[str | None] = []
    worker = threading.Thread(target=lambda: ended.append(bench.importer().carry_on(import_id)))
    worker.start()
    for _ in range(5):
        assert scene.separate(scene.merge(scene.anna, scene.tik))
    scene.merge(scene.anna, scene.tik)
    worker.join()

    assert ended == ["published"]
    with scene.reading() as tx:
        whose = dict(tx.session.exec(select(Profile.id, Profile.creator_id)).all())
        indexed = tx.session.exec(select(NicheRow.profile_id, NicheRow.creator_id)).all()
        assert {(number, whose[number]) for number, _ in indexed} == set(indexed)
        person = creators.current_id(tx, scene.tik)
        assert {"vip", "new"} <= set(creators.tags(tx, person))
        assert "many" in lists.of_creator(tx, person)


def test_a_vote_and_a_merge_at_once_both_go_through(scene: Scene) -> None:
    with scene.writing() as tx:
        first, second = (one.id or 0 for one in post_cards(tx, *list(scene.profile.items())[:2]))
    failed: list[BaseException] = []

    def vote() -> None:
        try:
            for _ in range(10):
                with scene.writing() as tx:
                    for number in (first, second):
                        locked = cards.lock(tx, number)
                        assert locked is not None
                        approvals.begin(tx, locked.row, locked.shortlist)
                        relationships.refresh(tx, [locked.row.creator_id])
        except BaseException as error:
            failed.append(error)

    def merge() -> None:
        try:
            for _ in range(10):
                assert scene.separate(scene.merge(scene.anna, scene.tik))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=one) for one in (vote, merge)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    with scene.reading() as tx:
        owners = set(tx.session.exec(select(Partnership.creator_id, Partnership.profile_id)))
    assert owners == set(list(scene.profile.items())[:2])
