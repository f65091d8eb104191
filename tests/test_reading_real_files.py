"""Nine files as people really export them come in right, column by column."""

import datetime as dt
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from domain.conversion import Skipped
from domain.creator import Platform, ProfileSnapshot, RateDefinition
from domain.fields import Field
from sources.files import ReadResult, UnreadableFile, propose_mapping, read_creators, read_table

DATA = Path(__file__).parents[2] / "shared" / "data"
FOLDER = DATA / "creators"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"real creator files are not here ({FOLDER})"
)

HANDLE, NAME, FOLLOWERS = Field.HANDLE, Field.DISPLAY_NAME, Field.FOLLOWERS
CATEGORIES, COUNTRY, AUDIENCE = Field.CATEGORIES, Field.COUNTRY, Field.AUDIENCE_COUNTRY
AUTHENTIC, ENGAGEMENTS = Field.AUTHENTIC_ENGAGEMENTS, Field.AVERAGE_ENGAGEMENTS
VIEWS, LIKES = Field.AVERAGE_VIEWS, Field.AVERAGE_LIKES
COMMENTS, SHARES = Field.AVERAGE_COMMENTS, Field.AVERAGE_SHARES
KEEP, IGNORE = Field.KEEP, Field.IGNORE

# file: platform, fields by column, rows, profiles, merged, skipped
FILES = {
    "ig_ramjas_alt.csv": (
        Platform.INSTAGRAM,
        [HANDLE, NAME, CATEGORIES, CATEGORIES, FOLLOWERS, AUDIENCE, AUTHENTIC, ENGAGEMENTS],
        (1000, 997, 3, 0),
    ),
    "ig_ramjas_dec2022.csv": (
        Platform.INSTAGRAM,
        [
            IGNORE,
            HANDLE,
            NAME,
            CATEGORIES,
            CATEGORIES,
            FOLLOWERS,
            FOLLOWERS,
            AUDIENCE,
            AUTHENTIC,
            AUTHENTIC,
            ENGAGEMENTS,
            ENGAGEMENTS,
        ],
        (1000, 991, 9, 0),
    ),
    "ig_top_insta_influencers_data.csv": (
        Platform.INSTAGRAM,
        [
            IGNORE,
            HANDLE,
            KEEP,
            Field.POSTS,
            FOLLOWERS,
            LIKES,
            Field.ENGAGEMENT_RATE,
            KEEP,
            KEEP,
            COUNTRY,
        ],
        (200, 199, 0, 1),
    ),
    "rutube_influencers.xlsx": (Platform.RUTUBE, [HANDLE, FOLLOWERS], (44, 37, 7, 0)),
    "tt_nigeria.csv": (Platform.TIKTOK, [IGNORE, NAME, HANDLE, FOLLOWERS], (200, 200, 0, 0)),
    "tt_ramjas_v1.csv": (
        Platform.TIKTOK,
        [
            HANDLE,
            NAME,
            FOLLOWERS,
            FOLLOWERS,
            VIEWS,
            VIEWS,
            LIKES,
            LIKES,
            COMMENTS,
            COMMENTS,
            SHARES,
            SHARES,
        ],
        (1000, 987, 13, 0),
    ),
    "twitch_top1000.csv": (
        Platform.TWITCH,
        [HANDLE, KEEP, KEEP, KEEP, KEEP, FOLLOWERS, KEEP, KEEP, KEEP, KEEP, Field.LANGUAGE],
        (1000, 1000, 0, 0),
    ),
    "yt_ramjas_v1.csv": (
        Platform.YOUTUBE,
        [
            HANDLE,
            NAME,
            CATEGORIES,
            FOLLOWERS,
            FOLLOWERS,
            AUDIENCE,
            VIEWS,
            VIEWS,
            LIKES,
            LIKES,
            COMMENTS,
            COMMENTS,
        ],
        (1000, 998, 2, 0),
    ),
    "yt_topSubscribed.csv": (
        Platform.YOUTUBE,
        [HANDLE, FOLLOWERS, Field.TOTAL_VIEWS, Field.POSTS, CATEGORIES, KEEP],
        (1000, 999, 1, 0),
    ),
}


@lru_cache(maxsize=len(FILES))
def _read(name: str) -> tuple[ReadResult, dict[str, ProfileSnapshot], list[Skipped]]:
    result = read_creators(FOLDER / name, today=dt.date(2026, 11, 23))
    found = list(result)
    profiles = [item for item in found if isinstance(item, ProfileSnapshot)]
    by_handle = {profile.handle.casefold(): profile for profile in profiles}
    assert len(by_handle) == len(profiles)
    return result, by_handle, [item for item in found if isinstance(item, Skipped)]


@pytest.mark.parametrize("name", FILES)
def test_every_column_is_mapped_and_every_row_accounted_for(name):
    platform, fields, counts = FILES[name]
    result, profiles, _ = _read(name)
    assert [column.field for column in result.mapping.columns] == fields
    assert (result.rows, result.profiles, result.merged, result.skipped) == counts
    assert {profile.platform for profile in profiles.values()} == {platform}
    assert all(profile.source == f"import:{name}" for profile in profiles.values())
    assert all(column.reason for column in result.mapping.columns)


@pytest.mark.parametrize("name", FILES)
def test_followers_are_known_of_everybody(name):
    _, profiles, _ = _read(name)
    assert all(profile.figures.followers for profile in profiles.values())


def test_counts_with_suffixes_and_engagement_as_a_count():
    result, profiles, _ = _read("ig_ramjas_alt.csv")
    first = profiles["433"]
    assert first.figures.followers == 48_500_000
    assert first.figures.authentic_engagements == 383_100
    assert first.figures.average_engagements == 637_000
    assert first.figures.engagement_rate == pytest.approx(637_000 / 48_500_000)
    assert first.figures.rate_definition is RateDefinition.FOLLOWERS
    assert (first.country, first.audience_country, first.as_of) == (None, "ES", None)
    assert profiles["_agentgirl_"].display_name == "НАСТЯ ИВЛЕЕВА"
    assert profiles["onwardwanna"].display_name == 'Javon "Wanna" Walton'
    assert profiles["onwardwanna"].categories == ("Lifestyle", "Cinema & Actors/actresses")
    assert sum(profile.display_name is None for profile in profiles.values()) == 22
    assert result.mapping.as_of is None


def test_the_same_creator_twice_keeps_the_fuller_row():
    result, profiles, _ = _read("ig_ramjas_alt.csv")
    assert profiles["nobru"].categories == ("Machinery & Technologies", "Computers & Gadgets")
    assert profiles["nobru"].figures.average_engagements == 350_100
    assert profiles["angelinajolie"].categories == ("Lifestyle",)
    assert {found.handle for found in result.contradiction_examples} == {"justinbieber"}


def test_the_rounded_and_the_exact_column_agree_in_every_row():
    result, profiles, _ = _read("ig_ramjas_dec2022.csv")
    exact, rounded = result.mapping.feeding(FOLLOWERS)
    assert (exact.index, rounded.index) == (6, 5)
    assert [found for found in result.contradiction_examples if found.field == "followers"] == []
    leo = profiles["leomessi"]
    assert leo.figures.followers == 409_800_000
    assert leo.figures.average_engagements == 23_400_000
    assert leo.categories == ("Sports with a ball", "Family")
    assert (leo.display_name, leo.country, leo.audience_country) == ("Leo Messi", None, "AR")
    assert profiles["neymarjr"].display_name == "NJ 🇧🇷"
    assert leo.extra == {}


def test_the_date_comes_from_the_files_name():
    result, profiles, _ = _read("ig_ramjas_dec2022.csv")
    assert {profile.as_of for profile in profiles.values()} == {dt.date(2022, 12, 1)}
    assert result.mapping.as_of_reason == "The file's name says December 2022."


def test_lost_units_are_guessed_and_marked_as_guesses():
    result, profiles, skipped = _read("ig_top_insta_influencers_data.csv")
    scales = {c.header: c.scale for c in result.mapping.columns if c.guess}
    assert scales == {"posts": 1_000, "followers": 1_000_000, "avg_likes": 1_000_000}
    assert len(result.mapping.questions) == 3
    cristiano = profiles["cristiano"]
    assert cristiano.figures.followers == 475_800_000
    assert cristiano.figures.average_likes == 8_700_000
    assert cristiano.figures.posts == 3_300
    assert cristiano.figures.engagement_rate == 0.0139
    assert cristiano.figures.rate_definition is RateDefinition.FOLLOWERS
    assert cristiano.extra == {
        "influence_score": "92",
        "new_post_avg_like": "6.5",
        "total_likes": "29.0",
    }
    assert skipped == [Skipped(119, "“5-Minute Crafts GIRLY” is a name, not a handle")]


def test_a_workbook_with_numbers_as_text_and_titles_as_handles():
    result, profiles, _ = _read("rutube_influencers.xlsx")
    club = profiles["клубный сервис"]
    assert (club.handle, club.display_name) == ("Клубный Сервис", "Клубный Сервис")
    assert club.figures.followers == 137_171
    assert profiles["karina kasparyants"].figures.followers == 40_969
    assert result.table.sheet == "Sheet1"
    assert result.contradictions == 0


def test_a_header_on_row_two_and_an_old_encoding():
    result, profiles, _ = _read("tt_nigeria.csv")
    assert (result.table.header_row, result.table.encoding) == (2, "cp1252")
    first = profiles["itsyaboymaina"]
    assert first.display_name == "Abdullahi is my name btw"
    assert first.figures.followers == 10_400_000
    assert (
        profiles["specsandblazers"].display_name == "Niké" if "specsandblazers" in profiles else 1
    )
    assert profiles["kiss_aka_me"].display_name is None


def test_averages_of_tiktok_give_a_rate_by_views():
    _, profiles, _ = _read("tt_ramjas_v1.csv")
    first = profiles["ekin.721"].figures
    assert (first.followers, first.average_views) == (221_700, 26_000_000)
    assert (first.average_likes, first.average_comments) == (2_800_000, 29_400)
    assert first.average_shares == 116_400
    assert first.engagement_rate == pytest.approx((2_800_000 + 29_400 + 116_400) / 26_000_000)
    assert first.rate_definition is RateDefinition.VIEWS
    assert profiles["kiet.ac.quy"].display_name == "Kiệt Ắk Wỷ"


def test_streamers_have_their_handle_in_brackets_and_negative_gains_stay_as_they_are():
    result, profiles, _ = _read("twitch_top1000.csv")
    korean = profiles["hanryang1125"]
    assert korean.display_name == "풍월량"
    assert korean.language == "ko"
    assert profiles["xqcow"].handle == "xQcOW"
    assert profiles["xqcow"].figures.followers == 3_246_298
    assert profiles["xqcow"].extra["Peak viewers"] == "222720"
    assert profiles["tsm_theoddone"].extra["Followers gained"] == "-15772"
    assert result.problems == {"Language": (1, "“Other” is no language that is known here")}
    assert profiles["riotgames"].display_name == "Riot Games"


def test_missing_figures_of_youtube_are_unknown_and_not_zero():
    _, profiles, _ = _read("yt_ramjas_v1.csv")
    cocomelon = profiles["checkgate"]
    assert cocomelon.display_name == "Cocomelon - Nursery Rhymes"
    assert cocomelon.audience_country is None
    assert cocomelon.figures.average_views == 13_800_000
    assert cocomelon.figures.average_comments is None
    assert cocomelon.figures.engagement_rate is None
    assert profiles["tseries"].figures.engagement_rate == pytest.approx(10_090 / 323_700)
    unknown = Counter(profile.figures.average_comments is None for profile in profiles.values())
    assert unknown[True] == 209


def test_channel_titles_stand_for_handles_and_1970_is_no_year():
    result, profiles, _ = _read("yt_topSubscribed.csv")
    music = profiles["t-series"]
    assert music.figures.followers == 234_000_000
    assert music.figures.total_views == 212_900_271_553
    assert music.figures.posts == 18_515
    assert (music.display_name, music.extra) == ("T-Series", {"Started": "2006"})
    assert profiles["youtube"].extra == {}
    assert profiles["маша и медведь"].display_name == "Маша и Медведь"
    assert {found.handle for found in result.contradiction_examples} == {"Bollywood Classics"}
    assert not any("://" in word for p in profiles.values() for word in p.categories)
    assert "title stands for the handle" in result.mapping.columns[0].reason


@pytest.mark.parametrize(
    "name",
    [
        "campaign_ab_control_group.csv",
        "campaign_influencerimpact_first60.csv",
        "ig_posts_kharwal_dated.csv",
        "yt_videos_stats_advaypatil.csv",
    ],
)
def test_results_of_campaigns_and_posts_are_no_lists_of_creators(name):
    path = DATA / "results" / name
    with pytest.raises(UnreadableFile, match="No column holds handles"):
        read_creators(path)
    assert propose_mapping(read_table(path)).missing
