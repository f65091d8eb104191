"""What a column of a creator file can feed."""

from enum import StrEnum


class Field(StrEnum):
    """The fields of `ProfileSnapshot` and `Figures` by their names there, and what else a
    column can be: KEEP stays under its own header, IGNORE (a row number) is left out.
    """

    HANDLE = "handle"
    PLATFORM = "platform"
    DISPLAY_NAME = "display_name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    URL = "url"
    BIO = "bio"
    CATEGORIES = "categories"
    COUNTRY = "country"
    LANGUAGE = "language"
    AUDIENCE_COUNTRY = "audience_country"
    AUDIENCE_LANGUAGE = "audience_language"
    VERIFIED = "verified"
    EMAIL = "email"
    FOLLOWERS = "followers"
    FOLLOWING = "following"
    POSTS = "posts"
    TOTAL_VIEWS = "total_views"
    AVERAGE_VIEWS = "average_views"
    AVERAGE_LIKES = "average_likes"
    AVERAGE_COMMENTS = "average_comments"
    AVERAGE_SHARES = "average_shares"
    AVERAGE_ENGAGEMENTS = "average_engagements"
    AUTHENTIC_ENGAGEMENTS = "authentic_engagements"
    ENGAGEMENT_RATE = "engagement_rate"
    RATE_DEFINITION = "rate_definition"
    FAKE_FOLLOWER_SHARE = "fake_follower_share"
    CREDIBILITY = "credibility"
    FEE = "fee"
    CURRENCY = "currency"
    NOTE = "note"
    TAGS = "tags"
    AS_OF = "as_of"
    POST_LINK = "post_link"
    POSTED_ON = "posted_on"
    POST_VIEWS = "post_views"
    POST_LIKES = "post_likes"
    POST_COMMENTS = "post_comments"
    POST_SHARES = "post_shares"
    KEEP = "keep"
    IGNORE = "ignore"

    @classmethod
    def named(cls, text: str) -> "Field | None":
        """The field of that name or label, however it is spelled: "Average likes", "bio"."""
        wanted = text.strip().casefold().replace("_", " ")
        for field in cls:
            if wanted in (field.value.replace("_", " "), field.label.casefold()):
                return field
        return None

    @property
    def label(self) -> str:
        """The field's name for people: "Average likes"."""
        return _LABELS.get(self, self.value.replace("_", " ").capitalize())


_LABELS = {
    Field.URL: "Link",
    Field.COUNTRY: "Creator's country",
    Field.LANGUAGE: "Creator's language",
    Field.AUDIENCE_COUNTRY: "Audience's country",
    Field.AUDIENCE_LANGUAGE: "Audience's language",
    Field.EMAIL: "E-mail",
    Field.AVERAGE_ENGAGEMENTS: "Average engagements (a count)",
    Field.AUTHENTIC_ENGAGEMENTS: "Authentic engagements (a count)",
    Field.RATE_DEFINITION: "Engagement rate divided by",
    Field.FEE: "Fee for one post",
    Field.AS_OF: "Date of the figures",
    Field.POST_LINK: "Link of a single post",
    Field.POSTED_ON: "Date of a single post",
    Field.POST_VIEWS: "Views of a single post",
    Field.POST_LIKES: "Likes of a single post",
    Field.POST_COMMENTS: "Comments of a single post",
    Field.POST_SHARES: "Shares of a single post",
    Field.KEEP: "Keep under its own header",
    Field.IGNORE: "Leave out",
}

COUNTS = frozenset({Field.FOLLOWERS, Field.FOLLOWING, Field.POSTS, Field.TOTAL_VIEWS})
"""Whole numbers."""

AVERAGES = frozenset(
    {
        Field.AVERAGE_VIEWS,
        Field.AVERAGE_LIKES,
        Field.AVERAGE_COMMENTS,
        Field.AVERAGE_SHARES,
        Field.AVERAGE_ENGAGEMENTS,
        Field.AUTHENTIC_ENGAGEMENTS,
    }
)
"""Numbers per post."""

NUMBERS = COUNTS | AVERAGES

SHARES = frozenset({Field.FAKE_FOLLOWER_SHARE, Field.CREDIBILITY})
"""Ratios that end at 1."""

RATIOS = SHARES | {Field.ENGAGEMENT_RATE}

POST_COUNTS = frozenset(
    {Field.POST_VIEWS, Field.POST_LIKES, Field.POST_COMMENTS, Field.POST_SHARES}
)
"""Whole numbers of the one post that a row is about."""

FIGURES = NUMBERS | RATIOS | {Field.FEE}
"""What `Figures` holds."""
