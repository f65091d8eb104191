"""A profile made ready to be stored: all the slow work done, nothing but plain values left."""

import datetime as dt
import hashlib
import json
from typing import Any, NamedTuple

from domain.creator import ProfileSnapshot, ToldPost
from domain.findable import Entry, Pools, entry
from domain.handle import profile_key
from domain.niche import Vocabulary


class Prepared(NamedTuple):
    """What a source says of a profile, as it is stored, in values that any process can send.

    platform, handle_key: what identifies the profile. name: of a creator who is new. as_of: days
    since 0001-01-01 as `date.toordinal` counts, None unknown. told_hash, content: see `told`.
    facts, niches, words: as in `Entry`. same_as: other accounts of the same person. posts: each as
    in `ToldPost`, its day counted like as_of.
    """

    platform: str
    handle_key: str
    handle: str
    name: str
    as_of: int | None
    source: str
    told_hash: str
    content: str
    tags: tuple[str, ...]
    note: str | None
    facts: tuple[Any, ...]
    niches: tuple[tuple[str, int], ...]
    words: tuple[tuple[str, int], ...]
    same_as: tuple[str, ...] = ()
    posts: tuple[tuple[Any, ...], ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """(platform, handle_key)."""
        return self.platform, self.handle_key

    @property
    def entry(self) -> Entry:
        """What the index says of it."""
        return Entry(self.facts, self.niches, self.words)

    @property
    def told_posts(self) -> list[ToldPost]:
        """Posts that a file is about."""
        return [
            ToldPost(url, dt.date.fromordinal(day) if day else None, *counts)
            for url, day, *counts in self.posts
        ]

    @property
    def snapshot(self) -> ProfileSnapshot:
        """What was said, read back from `content`."""
        return ProfileSnapshot.model_validate_json(self.content)


def prepare(snapshot: ProfileSnapshot, vocabulary: Vocabulary, pools: Pools) -> Prepared:
    """Do all that storing a profile takes and that no database is needed for."""
    platform, handle_key = profile_key(snapshot.platform, snapshot.handle)
    told_hash, content = told(snapshot)
    found = entry(snapshot, vocabulary, pools)
    return Prepared(
        platform,
        handle_key,
        snapshot.handle,
        snapshot.display_name or snapshot.handle,
        snapshot.as_of.toordinal() if snapshot.as_of else None,
        snapshot.source,
        told_hash,
        content,
        snapshot.tags,
        snapshot.note,
        found.facts,
        found.niches,
        found.words,
        snapshot.same_as,
        tuple(
            (url, day.toordinal() if day else None, *counts)
            for url, day, *counts in snapshot.told_posts
        ),
    )


def told(snapshot: ProfileSnapshot) -> tuple[str, str]:
    """The hash of what a snapshot tells, and its JSON without unknowns.

    Neither the source nor the order of columns counts: a file sent again under another name
    tells the same.
    """
    content: dict[str, Any] = snapshot.model_dump(
        mode="json", exclude_none=True, exclude_defaults=True
    )
    source = content.pop("source", "")
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    told_hash = hashlib.blake2b(text.encode(errors="replace"), digest_size=12).hexdigest()
    return told_hash, json.dumps({**content, "source": source})
