"""What is learned from a workspace's creators: counted, stored, and applied to the index."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlmodel import col, func, or_, select

from domain import learning
from domain.findable import ALL, texts_of
from domain.learning import Said
from domain.niche import Vocabulary
from storage import index, profile_store, profiles
from storage.database import Database
from storage.models import ImportRun, Learning, NicheRow, Tag, WordRow
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports, row_is_seen

AT_ONCE = 250
REINDEXED_AT_ONCE = 40
"""Few, so that nobody waits long for the lock."""


def due(tx: Transaction, vocabulary: Vocabulary) -> str | None:
    """What to name the next learning by, None when nothing has changed since the last.

    It is due when an import came or went since, a day has passed, work was left over, or the
    vocabulary is another one.
    """
    known = tx.session.get(Learning, tx.workspace_id)
    if known is None:
        return "first"
    stale = known.vocabulary != vocabulary.fingerprint or known.reread_from is not None
    name = f"{known.version}:{tx.now:%Y-%m-%d}"
    if known.computed_at is None or known.changed or stale:
        return name
    old = (tx.now - known.computed_at).days >= 1
    settled = select(ImportRun.id).where(
        ImportRun.workspace_id == tx.workspace_id,
        or_(
            col(ImportRun.published_at) > known.computed_at,
            col(ImportRun.undone_at) > known.computed_at,
        ),
    )
    return name if old or tx.session.exec(settled).first() else None


def run(database: Database, workspace_id: int, vocabulary: Vocabulary) -> int:
    """Learn anew and judge those anew whom it concerns, in short transactions.

    Gives how many profiles were judged. Safe to stop anywhere and to run again.
    """
    with database.reading(workspace_id) as tx:
        before = dict(index.pools(tx).learned)
    said = _said(database, workspace_id, vocabulary)
    words = {one.word: one.niche for one in learning.learn(said, before)}
    with database.writing(workspace_id) as tx:
        _store(tx, words, len(said), vocabulary)
    return _apply(database, workspace_id, vocabulary)


def _said(database: Database, workspace_id: int, vocabulary: Vocabulary) -> list[Said]:
    """What a sample of the creators say, evenly drawn; each creator once."""
    with database.reading(workspace_id) as tx:
        owners = _owners(tx)
    said = []
    creators = list(owners)
    for start in range(0, len(creators), AT_ONCE):
        some = creators[start : start + AT_ONCE]
        with database.reading(workspace_id) as tx:
            known = profiles.judged(tx, [number for one in some for number in owners[one]])
            tags = _tags(tx, some)
        for one in some:
            texts = [texts_of(known[number]) for number in owners[one] if number in known]
            said.append(learning.said_by(texts, tags.get(one, ()), vocabulary))
    return said


def _owners(tx: Transaction) -> dict[int, list[int]]:
    """Profiles by creator, of every n-th creator."""
    seen = (
        NicheRow.workspace_id == tx.workspace_id,
        NicheRow.niche == ALL,
        row_is_seen(NicheRow, hidden_imports(tx)),
    )
    size = tx.session.exec(select(func.count()).select_from(NicheRow).where(*seen)).one()
    step = max(1, -(-size // learning.MOST_CREATORS))
    found = tx.session.exec(
        select(NicheRow.creator_id, NicheRow.profile_id)
        .where(*seen, col(NicheRow.creator_id) % step == 0)
        .order_by(col(NicheRow.creator_id), col(NicheRow.profile_id))
    )
    owners: dict[int, list[int]] = defaultdict(list)
    for creator, profile in found:
        owners[creator].append(profile)
    return dict(owners)


def _tags(tx: Transaction, creators: Iterable[int]) -> Mapping[int, list[str]]:
    found = tx.session.exec(
        select(Tag.creator_id, Tag.tag).where(
            Tag.workspace_id == tx.workspace_id,
            col(Tag.creator_id).in_(creators),
            brought_openly(Tag.import_id, hidden_imports(tx)),
        )
    )
    tags: dict[int, list[str]] = defaultdict(list)
    for creator, tag in found:
        tags[creator].append(tag)
    return tags


def _store(tx: Transaction, words: dict[str, str], creators: int, vocabulary: Vocabulary) -> None:
    """Keep what was learned, and note whose index rows no longer follow from it."""
    known = tx.session.get(Learning, tx.workspace_id, with_for_update=True)
    if known is None:
        known = Learning(workspace_id=tx.workspace_id)
        # rows of a workspace that is older than this table were judged by another vocabulary
        known.vocabulary = "" if creators else vocabulary.fingerprint
        tx.session.add(known)
    before = known.words
    both = before.keys() | words.keys()
    differ = {word for word in both if before.get(word) != words.get(word)}
    known.changed = sorted(differ | set(known.changed))
    known.words, known.creators, known.computed_at = words, creators, tx.now
    known.version += 1
    if known.vocabulary != vocabulary.fingerprint:
        known.vocabulary, known.reread_from = vocabulary.fingerprint, 0


def _apply(database: Database, workspace_id: int, vocabulary: Vocabulary) -> int:
    """Judge anew all profiles, where the vocabulary changed, else those who use changed words."""
    judged = 0
    while (many := _reread_some(database, workspace_id, vocabulary)) is not None:
        judged += many
    while (word := _next_changed(database, workspace_id)) is not None:
        with database.reading(workspace_id) as tx:
            using = sorted(set(_using(tx, word)))
        for start in range(0, len(using), REINDEXED_AT_ONCE):
            with database.writing(workspace_id) as tx:
                some = using[start : start + REINDEXED_AT_ONCE]
                profile_store.reindex(tx, some, vocabulary, index.pools(tx))
        judged += len(using)
        with database.writing(workspace_id) as tx:
            known = tx.session.get_one(Learning, workspace_id, with_for_update=True)
            known.changed = [one for one in known.changed if one != word]
    return judged


def _reread_some(database: Database, workspace_id: int, vocabulary: Vocabulary) -> int | None:
    with database.writing(workspace_id) as tx:
        known = tx.session.get_one(Learning, workspace_id, with_for_update=True)
        if known.reread_from is None:
            return None
        some = tx.session.exec(
            select(NicheRow.profile_id)
            .where(
                NicheRow.workspace_id == workspace_id,
                NicheRow.niche == ALL,
                NicheRow.profile_id > known.reread_from,
            )
            .order_by(col(NicheRow.profile_id))
            .limit(REINDEXED_AT_ONCE)
        ).all()
        profile_store.reindex(tx, sorted(set(some)), vocabulary, index.pools(tx))
        known.reread_from = max(some) if some else None
        if not some:
            known.changed = []
        return len(some)


def _next_changed(database: Database, workspace_id: int) -> str | None:
    with database.reading(workspace_id) as tx:
        known = tx.session.get(Learning, workspace_id)
        return known.changed[0] if known and known.changed else None


def _using(tx: Transaction, word: str) -> list[int]:
    found = select(WordRow.profile_id).where(
        WordRow.workspace_id == tx.workspace_id, WordRow.word == word
    )
    return list(tx.session.exec(found))
