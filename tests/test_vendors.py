"""Exports of common tools are told by their headers and come in as their makers mean them."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from domain import vendor as vendor_files
from domain.creator import Platform, ProfileSnapshot, RateDefinition
from domain.fields import Field
from domain.mapping import Mapping
from domain.proposal import propose
from domain.vendor import Vendor, recognised, vendors
from sources.files import read_creators
from sources.reading import described

FILES = {
    "a HypeAuditor ranking": (
        "Rank,Influencer,Category,Followers,Country,Eng. (Auth.),Eng. (Avg.)\n"
        "1,anna.bloom,Beauty,48.5M,India,383.1K,637K\n"
        "2,ben_cole,Travel,12.7M,Spain,478K,542.3K\n"
    ),
    "an Upfluence list": (
        "influencer_id,media_url,profile_name,first_name,last_name,phone_number,email,"
        "shipping_address.line1,shipping_address.zipcode,shipping_address.country_code\n"
        "123,https://www.instagram.com/anna.bloom/,Anna B,Anna,Bloom,+49301,a@example.com,"
        "Street 1,10115,DE\n"
        "124,https://www.tiktok.com/@ben_cole,Ben C,Ben,Cole,,b@example.com,Road 2,75001,FR\n"
    ),
    "an Aspire member list": (
        "email,uid,id,instagram,tiktok,youtube,pinterest,address1,address2,city,state,postalcode,"
        "country\n"
        "a@example.com,anna,12345678910,anna.bloom,anna.tt,,,123 Market St,APT 2,Berlin,,94104,"
        "Germany\n"
        "b@example.com,ben,12345678911,ben_cole,,,,5 Road,,Paris,,75001,France\n"
    ),
    "an Apify Instagram export": (
        "id,username,fullName,biography,followersCount,followsCount,postsCount,verified,"
        "businessCategoryName,latestPosts/0/likesCount,latestPosts/0/caption,inputUrl\n"
        "7012345678901234567,anna.bloom,Anna Bloom,I bake,12500,300,210,true,Bakery,99,Hi,"
        "https://www.instagram.com/anna.bloom\n"
        "7012345678901234568,ben_cole,Ben Cole,,1204000,10,3400,false,,1200,,"
        "https://www.instagram.com/ben_cole\n"
    ),
    "an Apify TikTok export": (
        "id,text,createTimeISO,authorMeta.id,authorMeta.name,authorMeta.nickName,authorMeta.fans,"
        "authorMeta.following,authorMeta.video,authorMeta.heart,authorMeta.signature,"
        "authorMeta.verified,playCount,diggCount,commentCount,shareCount,webVideoUrl\n"
        "7100000000000000001,Cake!,2024-01-02T03:04:05.000Z,68,anna.bloom,Anna,12500,3,90,500000,"
        "I bake,true,100,10,1,0,https://www.tiktok.com/@anna.bloom/video/7100000000000000001\n"
        "7100000000000000002,Pie!,2024-01-03T03:04:05.000Z,68,anna.bloom,Anna,12500,3,90,500000,"
        "I bake,true,900,90,9,9,https://www.tiktok.com/@anna.bloom/video/7100000000000000002\n"
        "7100000000000000003,Trip,2024-01-03T03:04:05.000Z,69,ben_cole,Ben,1204000,3,91,7,,"
        "false,5,0,0,0,https://www.tiktok.com/@ben_cole/video/7100000000000000003\n"
    ),
}


def _read(folder: Path, text: str, name: str = "list.csv") -> tuple[Mapping, list[ProfileSnapshot]]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    result = read_creators(path)
    return result.mapping, [one for one in result if isinstance(one, ProfileSnapshot)]


def test_every_tool_has_an_example_that_is_told_as_its_own() -> None:
    """A new file in domain/vendors/ needs an example here."""
    for vendor in vendors():
        found = recognised(FILES[vendor.name].splitlines()[0].split(","))
        assert found == vendor, vendor.name
        assert vendor.source.startswith("https://")
    assert len(FILES) == len(vendors())


@pytest.mark.parametrize("name", FILES)
def test_the_review_names_the_tool_and_asks_nothing_of_its_columns(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(FILES[name], encoding="utf-8")
    found = described(path, path.name)
    assert found.notes[0] == f"This looks like {name}."
    assert found.mapping.missing == ()
    assert found.mapping.questions == ()


def test_the_country_of_a_hypeauditor_ranking_is_the_audiences(tmp_path: Path) -> None:
    mapping, (anna, ben) = _read(tmp_path, FILES["a HypeAuditor ranking"])
    assert (anna.handle, anna.platform) == ("anna.bloom", Platform.INSTAGRAM)
    assert (anna.country, anna.audience_country) == (None, "IN")
    assert (anna.figures.followers, anna.figures.authentic_engagements) == (48_500_000, 383_100)
    assert ben.figures.average_engagements == 542_300
    assert mapping.platform_reason == "This looks like a HypeAuditor ranking."


def test_an_upfluence_list_gives_people_by_their_links_without_their_streets(
    tmp_path: Path,
) -> None:
    _, (anna, ben) = _read(tmp_path, FILES["an Upfluence list"])
    assert (anna.handle, anna.platform, anna.display_name) == (
        "anna.bloom", Platform.INSTAGRAM, "Anna B",
    )  # fmt: skip
    assert (ben.platform, ben.country, ben.email) == (Platform.TIKTOK, "FR", "b@example.com")
    assert "Street 1" not in str(anna.extra)
    assert "+49301" not in str(anna.extra)


def test_an_aspire_member_is_one_person_on_several_platforms(tmp_path: Path) -> None:
    _, profiles = _read(tmp_path, FILES["an Aspire member list"])
    assert [(one.platform.value, one.handle) for one in profiles] == [
        ("instagram", "anna.bloom"),
        ("tiktok", "anna.tt"),
        ("instagram", "ben_cole"),
    ]
    assert (profiles[0].country, profiles[0].email) == ("DE", "a@example.com")
    assert "Market" not in str(profiles[0].extra)


def test_figures_of_single_posts_are_no_figures_of_a_creator(tmp_path: Path) -> None:
    _, (anna, ben) = _read(tmp_path, FILES["an Apify Instagram export"])
    assert (anna.figures.followers, anna.figures.following, anna.figures.posts) == (
        12_500, 300, 210,
    )  # fmt: skip
    assert (anna.bio, anna.verified, ben.verified) == ("I bake", True, False)
    assert anna.figures.average_likes is None
    assert anna.extra == {}


def test_posts_of_an_apify_tiktok_export_become_their_authors(tmp_path: Path) -> None:
    _, found = _read(tmp_path, FILES["an Apify TikTok export"])
    assert {one.handle: one.figures.followers for one in found} == {
        "anna.bloom": 12_500,
        "ben_cole": 1_204_000,
    }
    assert all(one.figures.average_views is None for one in found)


def test_cells_win_over_what_a_tool_should_have_there() -> None:
    headers = ["Influencer", "Followers", "Country", "Eng. (Auth.)", "Eng. (Avg.)"]
    rows = [[f"anna.{n}", "1.2M", "12%", "3K", "4K"] for n in range(9)]
    mapping = propose(headers, rows, "ig.csv")
    country = mapping.columns[2]
    assert country.field is Field.KEEP
    assert "cells such as “12%” are not" in (country.warning or "")


@pytest.mark.parametrize(
    "broken",
    [
        {"headers": ["one"]},
        {"columns": {"a": "nonsense"}},
        {"columns": {"a": "followers*7"}},
        {"x": 1},
    ],
)
def test_a_tool_that_says_what_nobody_understands_is_refused(broken: dict[str, object]) -> None:
    good: dict[str, object] = {"name": "x", "source": "y", "headers": ["a", "b"], "columns": {}}
    Vendor.model_validate(good)
    with pytest.raises(ValidationError):
        Vendor.model_validate(good | broken)


def test_a_unit_of_a_tool_is_followed() -> None:
    vendor = Vendor(
        name="x",
        source="y",
        headers=("a", "b"),
        columns={"Reach*": "followers*1000", "Reach": "keep"},
    )
    assert vendor.code_of("reach (k)") == "followers*1000"
    assert vendor.code_of("REACH") == "keep"


def test_the_worked_example_of_the_docs_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = (Path(__file__).parents[1] / "docs" / "importing.md").read_text(encoding="utf-8")
    example, file = re.findall(r"```(?:toml)?\n(Star ID.*?|# Starlist.*?)```", docs, re.DOTALL)
    (tmp_path / "starlist.toml").write_text(file, encoding="utf-8")
    monkeypatch.setattr(vendor_files, "_FOLDER", tmp_path)
    vendors.cache_clear()
    try:
        mapping, (anna,) = _read(tmp_path, example)
    finally:
        vendors.cache_clear()
    assert mapping.notes == ("This looks like a Starlist export.",)
    assert (anna.handle, anna.display_name, anna.country) == ("anna.bloom", "Anna Bloom", "DE")
    assert anna.figures.followers == 12_500
    assert anna.figures.engagement_rate == 0.031
    assert anna.figures.rate_definition is RateDefinition.REACH
    assert anna.extra == {}
