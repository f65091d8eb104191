"""Rows of Mastodon's answers, as far as they are used; named as Mastodon names them."""

from typing import Annotated

import pydantic

from sources.shapes import Address, Count, Flag, Instant, Row, Text

_ACCT = r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:@[^\s@/<>|&]+)?$"


class Field(Row):
    """One line of a profile's table; its value is HTML."""

    name: Text = ""
    value: Text
    verified_at: Text | None = None


class Account(Row):
    """One account as a server shows it."""

    id: Text
    username: Text
    acct: Annotated[Text, pydantic.Field(pattern=_ACCT, max_length=300)]
    uri: Text
    url: Address = None
    display_name: Text = ""
    note: Text = ""
    followers_count: Count
    following_count: Count
    statuses_count: Count
    bot: Flag
    group: Flag
    indexable: Flag
    discoverable: Flag | None = None
    noindex: Flag | None = None
    suspended: Flag | None = None
    limited: Flag | None = None
    memorial: Flag | None = None
    moved: dict[str, object] | None = None
    fields: tuple[Field, ...] = ()


class Status(Row):
    """One post."""

    uri: Text
    url: Address = None
    content: Text = ""
    created_at: Instant
    language: Text | None = None
    visibility: Text
    favourites_count: Count
    replies_count: Count
    reblogs_count: Count
    quotes_count: Count | None = None
    reblog: dict[str, object] | None = None


class Tagged(Row):
    """A post under a hashtag: only who wrote it counts."""

    account: Account
