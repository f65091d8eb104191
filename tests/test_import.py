"""Files stored: once, all at once, never over what is newer or what people typed."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from domain.creator import Money, Platform
from handlers import importing
from sources.files import propose_mapping, read_table
from sources.slack_files import is_slack
from storage import creators, imports, index, lists, profile_store, profiles
from storage.database import Database
from storage.models import Creator, ListMember, NicheRow, Note, Profile, Snapshot, Tag, WordRow
from storage.visibility import hidden_imports, row_is_seen
from tests.importing import Bench

# created, changed, seen, merged, skipped
REAL = {
    "ig_ramjas_alt.csv": (997, 0, 0, 3, 0),
    "ig_ramjas_dec2022.csv": (991, 0, 0, 9, 0),
    "ig_top_insta_influencers_data.csv": (199, 0, 0, 0, 1),
    "rutube_influencers.xlsx": (37, 0, 0, 7, 0),
    "tt_nigeria.csv": (200, 0, 0, 0, 0),
    "tt_ramjas_v1.csv": (987, 0, 0, 13, 0),
    "twitch_top1000.csv": (1000, 0, 0, 0, 0),
    "yt_ramjas_v1.csv": (998, 0, 0, 2, 0),
    "yt_topSubscribed.csv": (999, 0, 0, 1, 0),
}
SHARING = ("ig_ramjas_alt.csv", "ig_ramjas_dec2022.csv")
"""Two files of one author, with some creators in both."""


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Bench:
    """An empty workspace."""
    return Bench(database, tmp_path)


def dump(bench: Bench, seen_at: bool = False) -> dict[str, list[Any]]:
    """All that is stored of creators, without the numbers of rows."""
    with bench.reading() as tx:
        known = {
            number: (one.profile.platform, one.profile.handle, one.creator.name,
                     one.snapshot.model_dump(mode="json"))
            for number, one in profiles.current(
                tx, [n for n in tx.session.exec(select(Profile.id)) if n]).items()
        }  # fmt: skip
        rows = [
            (known[row.profile_id][:2], row.niche, row.relevance, row.followers, row.rate,
             row.as_of, row.fee, row.engagement_part)
            for row in tx.session.exec(
                select(NicheRow).where(row_is_seen(NicheRow, hidden_imports(tx))))
        ]  # fmt: skip
        tags = [(tag.tag_key, tag.creator_id) for tag in tx.session.exec(select(Tag))]
    return {
        "profiles": sorted(map(repr, known.values())),
        "rows": sorted(map(repr, rows)),
        "tags": sorted(tags),
    }


def count(bench: Bench, model: Any) -> int:
    with bench.reading() as tx:
        return len(tx.session.exec(select(model)).all())


@pytest.mark.parametrize("name", REAL)
def test_a_real_file_comes_in_with_exact_counts(bench: Bench, shared_data: Path, name: str) -> None:
    import_id = bench.bring(shared_data / "creators" / name)

    assert bench.counts(import_id) == REAL[name]
    with bench.reading() as tx:
        assert list(lists.names(tx).values()) == [Path(name).stem]
        shown = tx.session.exec(
            select(NicheRow.profile_id).where(
                NicheRow.niche == index.ALL, row_is_seen(NicheRow, hidden_imports(tx))
            )
        ).all()
    assert len(shown) == REAL[name][0]


def test_two_real_files_that_share_creators_come_into_one_workspace(
    bench: Bench, shared_data: Path
) -> None:
    """What both know is one profile with two snapshots."""
    done = [bench.counts(bench.bring(shared_data / "creators" / name)) for name in SHARING]

    assert sum(created + changed + seen for created, changed, seen, _, _ in done) == sum(
        REAL[name][0] for name in SHARING
    )
    assert count(bench, Profile) == sum(created for created, *_ in done)
    assert done[1][1] > 0


def test_importing_a_file_again_changes_nothing_but_the_date_seen(bench: Bench) -> None:
    rows = ["@anna,Anna,12000,3%,Skincare,vip,Fast,200,2026-01-01", "@ben,Ben,500,1%,Food,,,,"]
    bench.bring(rows)
    before = dump(bench)
    snapshots = count(bench, Snapshot)

    again = bench.bring(rows, "the same under another name.csv")

    assert bench.counts(again) == (0, 0, 2, 0, 0)
    assert dump(bench) == before
    assert count(bench, Snapshot) == snapshots
    assert count(bench, Note) == 1


def test_an_older_file_that_changes_nothing_shown_updates_nobody(bench: Bench) -> None:
    new = ["@anna,Anna,12000,3%,Skincare,,,,2026-06-01", "@ben,Ben,500,,Food,,,,2026-06-01"]
    bench.bring(new, "new.csv")
    old = ["@anna,Anna,9000,2%,Skincare,,,,2026-01-01", "@ben,Ben,400,4%,Food,,,,2026-01-01"]

    older = bench.bring(old, "older.csv")

    assert bench.counts(older) == (0, 1, 0, 0, 0), "Ben's rate was not known"
    assert imports.report_of(bench.run(older)).older == 1
    with bench.reading() as tx:
        on_list = tx.session.exec(
            select(ListMember.creator_id).where(ListMember.list_id == bench.run(older).list_id)
        )
        assert len(on_list.all()) == 2
    again = bench.bring(old, "older again.csv")
    assert bench.counts(again) == (0, 0, 2, 0, 0)
    tagged = bench.bring(["@anna,Anna,8000,2%,Skincare,vip,,,2025-01-01"], "tagged.csv")
    assert bench.counts(tagged) == (0, 1, 0, 0, 0)


def test_an_empty_cell_or_an_older_figure_never_replaces_a_newer_one(bench: Bench) -> None:
    bench.bring(["@anna,Anna,12000,3%,Skincare,,,200,2026-06-01"])
    bench.bring(["@anna,,9000,5%,,,,,2026-01-01"], "older.csv")
    bench.bring(["@ANNA,,,,,,,,2026-09-01"], "emptier.csv")

    with bench.reading() as tx:
        (number,) = [profile.id or 0 for profile in profiles.by_handle(tx, "anna")]
        known = profiles.current(tx, [number])[number].snapshot
        (row,) = tx.session.exec(select(NicheRow).where(
            NicheRow.niche == "*", row_is_seen(NicheRow, hidden_imports(tx))))  # fmt: skip
    assert (known.figures.followers, known.figures.engagement_rate) == (12_000, 0.03)
    assert known.figures.fee == Money(amount=known.figures.fee.amount, currency="USD")
    assert row.followers == 12_000
    assert known.as_of == dt.date(2026, 6, 1)


def test_what_people_typed_is_never_overwritten(bench: Bench) -> None:
    bench.bring(["@anna,Anna,12000,3%,Skincare,vip,Answers fast,200,2026-01-01"])
    importer = bench.importer()
    with bench.writing() as tx:
        profile = profiles.by_handle(tx, "anna")[0]
        fee = Money(amount=450, currency="USD")
        creators.quote_fee(tx, profile.id or 0, fee, None)
        creators.add_note(tx, profile.creator_id, "Met her in Lisbon", None, None)
        creators.remove_tag(tx, profile.creator_id, "vip")
        creators.add_tag(tx, profile.creator_id, "Lisbon", None)
        profile_store.reindex(tx, [profile.id or 0], importer.vocabulary, index.pools(tx))

    bench.bring(['@anna,Anna,13000,2%,Skincare,"vip, new",Slower now,300,2026-08-01'])

    with bench.reading() as tx:
        profile = profiles.by_handle(tx, "anna")[0]
        known = profiles.current(tx, [profile.id or 0])[profile.id or 0].snapshot
        assert known.figures.fee == Money(amount=450, currency="USD")
        assert known.figures.followers == 13_000
        assert creators.tags(tx, profile.creator_id) == ["Lisbon", "new"]
        notes = [note.text for note, _ in creators.notes(tx, profile.creator_id)]
    assert notes == ["Slower now", "Met her in Lisbon", "Answers fast"]


def test_nothing_is_seen_before_all_of_it_is(bench: Bench) -> None:
    """The importer is stopped in the middle, and looked at from outside."""
    bench.bring(["@anna,Anna,100,3%,Skincare,,,,2026-01-01"], "first.csv")
    before = dump(bench)
    rows = [f"@person{n},Person {n},{n + 1000},2%,Skincare,vip,,,2026-02-01" for n in range(120)]
    rows[3] = "@anna,Anna,777,3%,Food,vip,Hidden note,,2026-03-01"
    import_id = bench.queue(bench.write(rows, "second.csv"))
    stopped = _die_after(bench, import_id, batches=1)

    assert stopped
    assert bench.run(import_id).state == "storing"
    with bench.reading() as tx:
        assert imports.report_of(bench.run(import_id)).profiles == 50
        assert profiles.by_handle(tx, "person1") == []
        anna = profiles.by_handle(tx, "anna")[0]
        assert profiles.current(tx, [anna.id or 0])[anna.id or 0].snapshot.figures.followers == 100
        assert creators.tags(tx, anna.creator_id) == []
        assert creators.notes(tx, anna.creator_id) == []
        assert list(lists.names(tx).values()) == ["first"]
    seen = dump(bench)
    assert (seen["rows"], [one for one in seen["profiles"] if "anna" in one]) == (
        before["rows"], before["profiles"],
    )  # fmt: skip

    assert bench.importer().carry_on(import_id) == "published"
    with bench.reading() as tx:
        assert len(profiles.by_handle(tx, "person1")) == 1
        anna = profiles.by_handle(tx, "anna")[0]
        assert creators.tags(tx, anna.creator_id) == ["vip"]
        assert sorted(lists.names(tx).values()) == ["first", "second"]
        rows_of_anna = tx.session.exec(
            select(NicheRow).where(NicheRow.profile_id == anna.id, NicheRow.niche == "*")
        ).all()
    assert [row.followers for row in rows_of_anna] == [777], "the superseded rows are gone"


@pytest.mark.parametrize("batches", [0, 1, 2])
def test_an_import_that_dies_and_is_taken_up_again_ends_as_if_it_had_not(
    bench: Bench, batches: int
) -> None:
    rows = [
        f"@p{n % 190},Person {n},{n + 1000},2%,Skincare,t{n % 3},,,2026-02-01" for n in range(200)
    ]
    import_id = bench.queue(bench.write(rows))
    _die_after(bench, import_id, batches)
    assert bench.importer().carry_on(import_id) == "published"
    assert bench.counts(import_id) == (190, 0, 0, 10, 0)
    interrupted = dump(bench)

    bench.undo(import_id)
    assert (count(bench, Creator), count(bench, NicheRow), count(bench, WordRow)) == (0, 0, 0)
    bench.bring(rows)
    uninterrupted = dump(bench)
    assert interrupted["profiles"] == uninterrupted["profiles"]
    assert interrupted["rows"] == uninterrupted["rows"]
    assert len(interrupted["tags"]) == len(uninterrupted["tags"])


def test_an_import_whose_file_is_gone_is_cleared_and_leaves_nothing(bench: Bench) -> None:
    bench.bring(["@anna,Anna,100,3%,Skincare,,,,2026-01-01"], "first.csv")
    before = dump(bench)
    rows = [f"@q{n},Q {n},{n + 1000},2%,Food,vip,A note,,2026-02-01" for n in range(120)]
    rows[0] = "@anna,Anna,777,3%,Food,vip,A note,,2026-03-01"
    import_id = bench.queue(bench.write(rows, "second.csv"))
    _die_after(bench, import_id, 1)
    for path in (bench.folder / "imports").glob(f"{import_id}.*"):
        path.unlink()

    assert bench.importer().carry_on(import_id) == "failed"

    assert imports.report_of(bench.run(import_id)).failed == importing.FILE_IS_GONE
    assert dump(bench) == before
    assert (count(bench, Note), count(bench, Tag)) == (0, 0)
    with bench.reading() as tx:
        assert list(lists.names(tx).values()) == ["first"]


def test_two_imports_of_a_workspace_take_turns(bench: Bench) -> None:
    first = bench.queue(bench.write(["@a,A,1,1%,Food,,,,"], "a.csv"))
    second = bench.queue(bench.write(["@b,B,1,1%,Food,,,,"], "b.csv"))
    with bench.writing() as tx:
        assert imports.take(tx, first, "somebody") is not None

    assert bench.importer().carry_on(second) is None
    assert bench.importer().carry_on(first) is None, "another worker has it"

    with bench.writing() as tx:
        imports.let_go(tx, first, "somebody")
    assert bench.importer().carry_on(first) == "published"
    assert bench.importer().carry_on(second) == "published"


def test_a_name_that_folds_alike_is_another_creator(bench: Bench) -> None:
    """Accents tell two channels apart; case and width don't."""
    path = bench.folder / "yt.csv"
    rows = ("channel,subscribers", "Café,10", "Cafe,20", "CAFE,20", "Ｃａｆｅ,20")
    path.write_text("\n".join(rows), encoding="utf-8")
    mapping = propose_mapping(read_table(path)).with_platform(Platform.YOUTUBE)
    import_id = bench.queue(path, mapping)
    assert bench.importer().carry_on(import_id) == "published"
    assert bench.counts(import_id) == (2, 0, 0, 2, 0)


def test_the_token_goes_to_slack_alone() -> None:
    api = "http://127.0.0.1:3333/api/"
    assert is_slack("https://files.slack.com/files-pri/T1-F1/x.csv", api)
    assert is_slack("http://127.0.0.1:3333/files/F1", api)
    for url in ("https://evil.com/slack.com", "https://files.slack.com.evil.com/x",
                "http://files.slack.com/x", "http://127.0.0.1:9/files/F1", "https://notslack.com/",
                "https://files.slack.com@evil.com/x", "https://evil.com\\.slack.com/x",
                "https://slack.com:8443/x", "https://[bad", "file:///etc/passwd"):  # fmt: skip
        assert not is_slack(url, api), url


class _Killed(BaseException):
    """Ends a worker where it stands, as kill -9 does."""


def _die_after(bench: Bench, import_id: int, batches: int) -> bool:
    """Let a worker write some batches and die; its lease is let lapse."""
    importer = bench.importer()
    done = 0

    def watch(_done: int, _total: int) -> None:
        nonlocal done
        done += 1
        if done >= max(1, batches):
            raise _Killed

    importer.watch = watch
    try:
        if batches:
            importer.carry_on(import_id)
        else:
            with bench.writing() as tx:
                imports.take(tx, import_id, "dead")
        stopped = False
    except _Killed:
        stopped = True
    with bench.writing() as tx:
        tx.session.connection().execute(
            text("UPDATE imports SET leased_until = NULL WHERE id = :id"), {"id": import_id}
        )
    return stopped
