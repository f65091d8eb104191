"""Results that a file brings: what rows are looked up in, stored under the import, taken back."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import func, or_
from sqlmodel import col, select

from domain.attaching import Candidate, Known
from domain.creator import Platform
from domain.forgetting import account_key, post_key
from domain.handle import handle_key
from domain.importing import ImportReport
from domain.partnership import Stage
from domain.result_report import ResultsReport
from domain.result_rows import ResultRow
from domain.result_series import Dated
from domain.results import Reading, Totals, is_correction, is_on_record, totals_on
from domain.text import fold
from storage import (
    account_ids,
    audit,
    forgotten_keys,
    imports,
    partnership_posts,
    profiles,
    results,
)
from storage.models import Brief, Creator, ImportRun, Partnership, Post, Profile, Result
from storage.partnerships import seen
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports

SOURCE = "import:file"


# ---- what rows are looked up in ----------------------------------------------------------------


def candidates(tx: Transaction, hidden: Collection[int]) -> dict[int, Candidate]:
    """All partnerships that somebody may see, by number. hidden: brands they may not see."""
    first_posts = (
        select(Post.partnership_id, func.min(Post.posted_on))
        .where(Post.workspace_id == tx.workspace_id, col(Post.posted_on).is_not(None))
        .group_by(col(Post.partnership_id))
    )
    posted = dict(tx.session.execute(first_posts).all())
    rows = tx.session.exec(
        select(Partnership, Creator.name, col(Profile.handle), col(Brief.name))
        .join(Creator, col(Creator.id) == col(Partnership.creator_id))
        .outerjoin(Profile, col(Profile.id) == col(Partnership.profile_id))
        .outerjoin(Brief, col(Brief.id) == col(Partnership.brief_id))
        .where(Partnership.workspace_id == tx.workspace_id, seen(hidden))
    )
    return {
        row.id or 0: Candidate(
            number=row.id or 0,
            creator_id=row.creator_id,
            creator=f"@{handle}" if handle and " " not in handle else (handle or name),
            brief=brief or "",
            since=min(filter(None, (row.created_at.date(), posted.get(row.id)))),
            until=row.updated_at.date() if row.stage == Stage.DECLINED else None,
        )
        for row, name, handle, brief in rows
    }


def brief_names(tx: Transaction, hidden: Collection[int]) -> frozenset[str]:
    """Names of all briefs that somebody may see, archived ones too, folded."""
    brands = col(Brief.brand_id)
    seen_brief = brands.is_(None) | brands.not_in(hidden)
    rows = tx.session.exec(
        select(Brief.name).where(Brief.workspace_id == tx.workspace_id, seen_brief)
    )
    return frozenset(map(fold, rows))


def known(
    tx: Transaction,
    rows: Iterable[ResultRow],
    partnerships: dict[int, Candidate],
    briefs: frozenset[str],
) -> Known:
    """What these rows are looked up in."""
    rows = list(rows)
    return Known(
        posts=_posts(tx, {row.url for row in rows if row.url}),
        accounts=_accounts(tx, {(row.handle, row.platform) for row in rows if row.handle}),
        partnerships=partnerships,
        briefs=briefs,
        removed=_removed(tx, {(row.handle, row.platform) for row in rows if row.handle}),
    )


def _removed(tx: Transaction, wanted: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Those of these handles, on a platform or on any, that are of people who were forgotten."""
    keys = {
        account_key(place, handle_key(handle)): (handle, platform)
        for handle, platform in wanted
        for place in ([platform] if platform else [one.value for one in Platform])
    }
    return frozenset(keys[one] for one in forgotten_keys.among(tx, keys))


def _posts(tx: Transaction, urls: Collection[str]) -> dict[str, set[int]]:
    """Partnerships by link, however the link was written where they got it."""
    keys: dict[str, set[str]] = defaultdict(set)
    for url in urls:
        link = partnership_posts.link_of(url)
        keys[link.key if link else url].add(url)
    named = {post_key(key): key for key in keys}
    for text, stands in forgotten_keys.concealed(tx, named).items():
        keys[stands] |= keys[named[text]]
    found: dict[str, set[int]] = defaultdict(set)
    rows = tx.session.exec(
        select(Post.url, Post.link_key, Post.partnership_id).where(
            Post.workspace_id == tx.workspace_id,
            or_(col(Post.link_key).in_(keys), col(Post.url).in_(urls)),
        )
    )
    for stored, key, number in rows:
        for url in keys.get(key or "", {stored}):
            found[url].add(number)
    return found


def _accounts(
    tx: Transaction, wanted: Collection[tuple[str, str]]
) -> dict[tuple[str, str], set[int]]:
    keys = {handle_key(handle) for handle, _ in wanted}
    rows = tx.session.exec(
        select(Profile.handle_key, Profile.platform, Profile.creator_id).where(
            Profile.workspace_id == tx.workspace_id,
            col(Profile.handle_key).in_(keys),
            brought_openly(Profile.import_id, hidden_imports(tx)),
        )
    ).all()
    rows = [*rows, *_by_account(tx, keys)]
    return {
        (handle, platform): {
            creator
            for key, on, creator in rows
            if key == handle_key(handle) and platform in ("", on)
        }
        for handle, platform in wanted
    }


def _by_account(tx: Transaction, keys: Collection[str]) -> list[tuple[str, str, int]]:
    """The same for those that are the platform's own id of an account: id, platform, creator."""
    found = account_ids.find(tx, [(platform, key) for platform in Platform for key in keys])
    known = profiles.current(tx, found.values())
    return [
        (key, platform, known[number].profile.creator_id)
        for (platform, key), number in found.items()
        if number in known
    ]


def urls_of(tx: Transaction, partnership_ids: Collection[int]) -> dict[int, set[str]]:
    """Links of the published posts of partnerships."""
    posts = partnership_posts.of_partnerships(tx, partnership_ids)
    return {number: {post.url for post in of} for number, of in posts.items()}


def live_since(tx: Transaction, partnership_ids: Collection[int]) -> dict[tuple[int, str], dt.date]:
    """The days on which posts went live, as far as known, by partnership and link."""
    posts = partnership_posts.of_partnerships(tx, partnership_ids)
    return {
        (number, post.url): post.posted_on for number, of in posts.items() for post in of
        if post.posted_on is not None
    }  # fmt: skip


def before(tx: Transaction, partnership_id: int, url: str, day: dt.date, import_id: int) -> Totals:
    """The totals of a post, "" = all together, on record before a day, but for this import's."""
    post_id = _post_id(tx, partnership_id, url) if url else None
    if url and post_id is None:
        return Totals()
    rows = _of_subject(tx, partnership_id, post_id)
    earlier = [results.reading_of(row) for row in rows if row.import_id != import_id]
    return totals_on(earlier, day - dt.timedelta(days=1))


# ---- storing -----------------------------------------------------------------------------------


class Stored:
    """What became of dated totals. readings: on record because of this import; already: before."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.readings = self.already = self.corrections = self.posts = 0


def store(
    tx: Transaction,
    run: ImportRun,
    partnership: Partnership,
    url: str,
    dated: Iterable[Dated],
    spend_kind: str,
    stored: Stored,
) -> None:
    """Add dated totals of one post, or of the whole; what is stored already is only counted.

    The partnership must be locked.
    """
    number, import_id = partnership.id or 0, run.id or 0
    post_id = _post_of(tx, run, partnership, url, stored) if url else None
    rows = _of_subject(tx, number, post_id, own=import_id)
    mine = {row.as_of for row in rows if row.import_id == import_id}
    others = [row for row in rows if row.import_id != import_id]
    readings = [results.reading_of(row) for row in others]
    for one in dated:
        new = Reading(as_of=one.as_of, recorded_at=tx.now, totals=one.totals)
        if one.as_of not in mine and is_on_record(readings, new):
            stored.already += 1
            _see_again(tx, others, one.as_of, import_id)
            continue
        stored.readings += 1
        stored.corrections += is_correction(readings, new)
        if one.as_of not in mine:
            tx.session.add(_row(tx, run, number, post_id, new, spend_kind))
    partnership.updated_at = tx.now
    tx.session.add(partnership)
    tx.session.flush()
    after = {"import": import_id, "post": post_id, "file": run.file_name}
    audit.record(tx, "import results", "partnership", number, after=after)


def _row(
    tx: Transaction, run: ImportRun, number: int, post_id: int | None, new: Reading, kind: str
) -> Result:
    return Result(
        workspace_id=tx.workspace_id,
        partnership_id=number,
        post_id=post_id,
        as_of=new.as_of,
        recorded_at=tx.now,
        person_id=run.person_id,
        source=SOURCE,
        import_id=run.id,
        spend_kind=kind if new.totals.spend is not None else None,
        **results.columns_of(new.totals),
    )


def _see_again(tx: Transaction, rows: Iterable[Result], day: dt.date, import_id: int) -> None:
    """Rows of an earlier file stay when that is undone, since this one says the same."""
    for row in rows:
        if row.as_of == day and row.import_id and row.seen_import_id is None:
            row.seen_import_id = import_id
            tx.session.add(row)


def _post_of(
    tx: Transaction, run: ImportRun, partnership: Partnership, url: str, stored: Stored
) -> int | None:
    there = _post_id(tx, partnership.id or 0, url)
    if there is not None:
        made = tx.session.get(Post, there)
        stored.posts += made is not None and made.import_id == run.id
        return there
    post = partnership_posts.add(tx, partnership, url, None)
    post.import_id = run.id
    tx.session.add(post)
    tx.session.flush()
    stored.posts += 1
    return post.id


def _post_id(tx: Transaction, partnership_id: int, url: str) -> int | None:
    link = partnership_posts.link_of(url)
    same = [col(Post.url) == url, *([col(Post.link_key) == link.key] if link else [])]
    return tx.session.exec(
        select(Post.id)
        .where(
            Post.workspace_id == tx.workspace_id,
            Post.partnership_id == partnership_id,
            or_(*same),
        )
        .order_by(col(Post.id))
    ).first()


def _of_subject(
    tx: Transaction, partnership_id: int, post_id: int | None, own: int = 0
) -> list[Result]:
    rows = results.rows(tx, [partnership_id], own)
    return [row for row in rows if row.post_id == post_id]


def publish(tx: Transaction, run: ImportRun, report: ResultsReport) -> None:
    """Make all that the file brought seen at once."""
    run.state = "published"
    run.published_at = tx.now
    imports.keep_report(run, ImportReport(results=report, rows=report.rows, total=report.rows))
    tx.session.add(run)
    counts = report.model_dump(include={"readings", "already", "refused", "left", "posts"})
    audit.record(tx, "import", "import", run.id or 0, after={"file": run.file_name, **counts})


def creators_of(tx: Transaction, import_id: int, after: int, limit: int) -> list[int]:
    """Creators of whom an import brought results, above the number `after`."""
    rows = tx.session.exec(
        select(Partnership.creator_id)
        .join(Result, col(Result.partnership_id) == col(Partnership.id))
        .where(
            Result.workspace_id == tx.workspace_id,
            Result.import_id == import_id,
            Partnership.creator_id > after,
        )
        .distinct()
        .order_by(col(Partnership.creator_id))
        .limit(limit)
    )
    return list(rows)
