"""Rows of YouTube's answers, as far as they are used; named as YouTube names them."""

# ruff: noqa: N815

from typing import Annotated

from pydantic import Field

from sources.shapes import CountInText, Flag, Instant, Row, Text

CHANNEL_ID = r"UC[A-Za-z0-9_-]{22}"

ChannelId = Annotated[Text, Field(pattern=f"^{CHANNEL_ID}$")]
Id = Annotated[Text, Field(pattern="^[A-Za-z0-9_-]{1,100}$")]


class FoundId(Row):
    """What a search found."""

    channelId: ChannelId


class Found(Row):
    """One result of `search`."""

    id: FoundId


class ChannelSnippet(Row):
    """How a channel presents itself."""

    title: Text = ""
    description: Text = ""
    customUrl: Text = ""
    country: Text | None = None
    defaultLanguage: Text | None = None


class ChannelStatistics(Row):
    """A channel's figures; subscribers are rounded to three digits by YouTube."""

    subscriberCount: CountInText | None = None
    hiddenSubscriberCount: Flag = False
    videoCount: CountInText | None = None
    viewCount: CountInText | None = None


class Playlists(Row):
    """A channel's own playlists."""

    uploads: Text = ""


class ChannelContent(Row):
    """Where a channel's videos are."""

    relatedPlaylists: Playlists = Playlists()


class Topics(Row):
    """Articles of Wikipedia that say what a channel is about."""

    topicCategories: tuple[Text, ...] = ()


class Channel(Row):
    """One channel."""

    id: ChannelId
    snippet: ChannelSnippet
    statistics: ChannelStatistics
    contentDetails: ChannelContent = ChannelContent()
    topicDetails: Topics = Topics()


class ItemContent(Row):
    """What an entry of a playlist points to."""

    videoId: Id


class Item(Row):
    """One entry of a playlist."""

    contentDetails: ItemContent


class VideoSnippet(Row):
    """How a video presents itself."""

    channelId: Text
    title: Text = ""
    description: Text = ""
    publishedAt: Instant = None


class VideoStatistics(Row):
    """A video's figures; hidden ones are absent."""

    viewCount: CountInText | None = None
    likeCount: CountInText | None = None
    commentCount: CountInText | None = None


class Video(Row):
    """One video."""

    id: Id
    snippet: VideoSnippet
    statistics: VideoStatistics = VideoStatistics()
