"""Which field each column feeds: by its header and by its cells."""

import datetime as dt

import pytest

from domain.columns import platform_in_name, read_header
from domain.creator import Platform, RateDefinition
from domain.fields import Field
from domain.mapping import Mapping
from domain.proposal import propose

PEOPLE = ["anna.b", "ben_c", "carla99", "dan.d", "eva_e", "finn.f", "gus_g", "hana.h"]
NAMES = ["Anna Böhm", "Ben Cole", "Carla Díaz", "Dan", "Eva Em", "Finn F.", "Gus", "花子"]


def _table(columns: dict[str, list[str]], file_name: str = "ig_list.csv") -> Mapping:
    rows = list(zip(*columns.values(), strict=True))
    return propose(list(columns), rows, file_name)


def _fields(mapping: Mapping) -> list[Field]:
    return [column.field for column in mapping.columns]


@pytest.mark.parametrize(
    ("headers", "first_cells"),
    [
        (
            ["Usuario", "Nombre", "Seguidores", "País", "Idioma", "Tasa de interacción", "Tarifa"],
            ["Categoría", "Verificado", "Correo electrónico", "Fecha"],
        ),
        (
            ["Usuário", "Nome", "Nº de seguidores", "País", "Idioma", "Taxa de engajamento"],
            ["Preço", "Categoria", "Verificado", "E-mail", "Data de atualização"],
        ),
        (
            ["Nom d'utilisateur", "Nom", "Nombre d'abonnés", "Pays", "Langue"],
            ["Taux d’engagement", "Prix (€)", "Catégorie", "Vérifié", "Courriel", "Mis à jour"],
        ),
        (
            ["Benutzername", "Anzeigename", "Anzahl Follower", "Land", "Sprache"],
            ["Engagement-Rate", "Honorar", "Kategorie", "Verifiziert", "E-Mail", "Stand"],
        ),
        (
            ["handle", "displayName", "followerCount", "Country", "language", "engagementRate"],
            ["Fee [EUR]", "Category", "is_verified", "Email", "last_updated"],
        ),
    ],
)
def test_headers_are_known_in_five_languages(headers, first_cells):
    cells = [
        *(PEOPLE, NAMES, ["12.500"] * 8, ["España"] * 8, ["es"] * 8, ["3,1 %"] * 8),
        *(["75,00 €"] * 8, ["Moda; Viajes"] * 8, ["sí"] * 8, ["a@b.co"] * 8, ["31.12.2022"] * 8),
    ]
    mapping = _table(dict(zip([*headers, *first_cells], cells, strict=True)))
    assert _fields(mapping) == [
        *(Field.HANDLE, Field.DISPLAY_NAME, Field.FOLLOWERS, Field.COUNTRY, Field.LANGUAGE),
        *(Field.ENGAGEMENT_RATE, Field.FEE, Field.CATEGORIES, Field.VERIFIED, Field.EMAIL),
        Field.AS_OF,
    ]


@pytest.mark.parametrize("swapped", [False, True])
def test_the_same_header_is_handle_or_name_by_its_cells(swapped):
    first, second = (NAMES, PEOPLE) if swapped else (PEOPLE, NAMES)
    mapping = _table({"name": first, "instagram name": second, "followers": ["5"] * 8})
    expected = [Field.HANDLE, Field.DISPLAY_NAME]
    assert _fields(mapping)[:2] == (expected[::-1] if swapped else expected)


def test_a_column_of_links_is_the_handle_where_there_is_no_other():
    links = [f"https://www.tiktok.com/@{name}" for name in PEOPLE]
    mapping = _table({"Name": NAMES, "Profile URL": links}, "list.csv")
    assert _fields(mapping) == [Field.DISPLAY_NAME, Field.HANDLE]
    assert mapping.platform is Platform.TIKTOK
    assert mapping.missing == ()


def test_names_with_handles_beside_them_are_handles():
    cells = [f"{name} @{handle}" for name, handle in zip(NAMES, PEOPLE, strict=True)]
    mapping = _table({"Name": cells, "credibility": ["88", "92.5"] * 4})
    assert _fields(mapping) == [Field.HANDLE, Field.CREDIBILITY]
    assert mapping.columns[1].samples[0] == ("88", "88 %")


def test_links_to_other_platforms_are_handles_too_and_not_the_profiles_link():
    first = [f"https://instagram.com/{name}" for name in PEOPLE]
    second = [f"https://tiktok.com/@{name}" for name in PEOPLE]
    mapping = _table({"Instagram": first, "TikTok": second}, "list.csv")
    assert _fields(mapping) == [Field.HANDLE, Field.HANDLE]
    assert mapping.platform is Platform.INSTAGRAM


def test_a_link_is_surer_than_a_name_and_a_username_surer_than_an_id():
    links = [f"https://www.tiktok.com/@{name}" for name in PEOPLE]
    mapping = _table({"Name": [name.split()[0] for name in PEOPLE], "URL": links}, "list.csv")
    assert _fields(mapping) == [Field.DISPLAY_NAME, Field.HANDLE]
    ids = [str(7_000_000_000_000_000_000 + n) for n in range(8)]
    mapping = _table({"account_id": ids, "username": PEOPLE})
    assert mapping.feeding(Field.HANDLE)[0].header == "username"


def test_engagement_is_a_rate_or_a_count_by_its_cells():
    rates = ["1.2%", "3.4%", "0.8%", "2.2%", "5%", "1%", "2%", "3%"]
    counts = ["383.1K", "1.1M", "12K", "500", "1K", "2K", "3K", "4K"]
    followers = ["10M"] * 8
    for header, cells, field in (
        ("Engagement", rates, Field.ENGAGEMENT_RATE),
        ("Engagement", counts, Field.AVERAGE_ENGAGEMENTS),
        ("Engagement avg", [cell.strip("%") for cell in rates], Field.ENGAGEMENT_RATE),
    ):
        mapping = _table({"handle": PEOPLE, "followers": followers, header: cells})
        assert mapping.columns[2].field is field


def test_content_wins_over_a_header_and_says_so():
    counts = ["383.1K", "1.1M", "12K", "500K", "1K", "2K", "3K", "4K"]
    mapping = _table(
        {
            "handle": PEOPLE,
            "engagement rate": counts,
            "followers": ["Berlin", "Paris", "Rome", "Oslo"] * 2,
            "email": ["call me", "later", "no mail", "ask Ben"] * 2,
        }
    )
    assert _fields(mapping)[1:] == [Field.AVERAGE_ENGAGEMENTS, Field.KEEP, Field.KEEP]
    assert all(column.warning for column in mapping.columns[1:])
    assert len(mapping.questions) == 3
    assert "“383.1K”" in mapping.questions[0]


@pytest.mark.parametrize(
    ("cells", "percent", "first"),
    [
        (["1.39", "0.2", "3.4", "0.02"], True, "1.39 %"),
        (["0.0139", "0.002", "0.034", "0.11"], False, "1.39 %"),
        (["1.39%", "0.2%", "3.4%", "0.02%"], True, "1.39 %"),
        (["1,39", "0,2", "3,4", "0,02"], True, "1.39 %"),
    ],
)
def test_percent_and_fractions_are_told_apart_by_all_cells_together(cells, percent, first):
    mapping = _table({"handle": PEOPLE, "ER": cells * 2})
    assert mapping.columns[1].percent is percent
    assert mapping.columns[1].samples[0] == (cells[0], first)


def test_the_other_figures_show_whether_a_rate_is_percent_and_what_it_was_divided_by():
    followers = [1_000 * n for n in range(1, 25)]
    likes = [round(0.004 * n * (1 + n % 3)) for n in followers]
    rates = [f"{100 * like / n:.2f}" for like, n in zip(likes, followers, strict=True)]
    mapping = _table(
        {
            "handle": [f"person{n}" for n in followers],
            "followers": [str(n) for n in followers],
            "avg likes": [str(n) for n in likes],
            "er": ["0.40" if rate == "0.40" else rate for rate in rates],
        },
        "tt_list.csv",
    )
    rate = mapping.columns[3]
    assert rate.percent
    assert rate.definition is RateDefinition.FOLLOWERS


@pytest.mark.parametrize(
    ("header", "file_name", "definition"),
    [
        ("ER by views", "ig_a.csv", RateDefinition.VIEWS),
        ("Engagement rate (by reach)", "ig_a.csv", RateDefinition.REACH),
        ("ER", "ig_a.csv", RateDefinition.FOLLOWERS),
        ("ER", "tiktok.csv", RateDefinition.VIEWS),
        ("ER", "youtube.csv", RateDefinition.VIEWS),
        ("ER", "twitch.csv", RateDefinition.UNSTATED),
    ],
)
def test_a_rates_definition_is_as_stated_else_as_usual_else_unstated(header, file_name, definition):
    mapping = _table({"handle": PEOPLE, header: ["1.2%"] * 8}, file_name)
    assert mapping.columns[1].definition is definition


def test_two_columns_of_one_figure_must_agree_and_the_exact_one_is_read_first():
    rounded = ["409.8M", "523M", "7.2K", "1M", "2M", "3M", "4M", "5M"]
    exact = ["409800000", "523000000", "7241", "1000000", "2049000", "3000000", "4000000", ""]
    mapping = _table({"handle": PEOPLE, "followers": rounded, "Followers ": exact})
    first, second = mapping.feeding(Field.FOLLOWERS)
    assert (first.index, second.index) == (2, 1)
    assert not mapping.questions


def test_two_columns_that_disagree_are_not_taken_for_one_figure():
    mapping = _table({"handle": PEOPLE, "followers": ["100"] * 8, "subscribers": ["90000"] * 8})
    assert _fields(mapping)[1:] == [Field.FOLLOWERS, Field.KEEP]
    assert "100%" in mapping.questions[0]


def test_figures_of_another_platform_are_kept_apart():
    mapping = _table(
        {
            "Instagram handle": PEOPLE,
            "Instagram followers": ["1000"] * 8,
            "TikTok followers": ["9000"] * 8,
        },
        "list.csv",
    )
    assert mapping.platform is Platform.INSTAGRAM
    assert _fields(mapping)[1:] == [Field.FOLLOWERS, Field.KEEP]


def test_total_and_average_views_are_told_apart_by_their_size():
    for views, field in (("900", Field.AVERAGE_VIEWS), ("9000000", Field.TOTAL_VIEWS)):
        mapping = _table({"handle": PEOPLE, "followers": ["1000"] * 8, "views": [views] * 8})
        assert mapping.columns[2].field is field
        assert mapping.columns[2].guess


def test_row_numbers_are_left_out_and_unknown_columns_kept():
    numbers = [str(n) for n in range(1, 9)]
    mapping = _table({"": numbers, "Rank": numbers, "handle": PEOPLE, "Shoe size": ["42"] * 8})
    assert _fields(mapping) == [Field.IGNORE, Field.IGNORE, Field.HANDLE, Field.KEEP]


def test_the_country_of_the_audience_is_not_the_creators():
    mapping = _table(
        {"handle": PEOPLE, "Audience country (mostly)": ["Brasil"] * 8, "Country": ["Spain"] * 8}
    )
    assert _fields(mapping)[1:] == [Field.AUDIENCE_COUNTRY, Field.COUNTRY]


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("ig_ramjas.csv", Platform.INSTAGRAM),
        ("tt_nigeria.csv", Platform.TIKTOK),
        ("My YouTube list.xlsx", Platform.YOUTUBE),
        ("rutube_influencers.xlsx", Platform.RUTUBE),
        ("twitch_top1000.csv", Platform.TWITCH),
        ("creators.csv", None),
        ("ig_and_tt.csv", None),
        ("attic.csv", None),
    ],
)
def test_a_files_name_gives_its_platform_away(name, platform):
    assert platform_in_name(name) is platform


def test_a_platform_that_nothing_gives_away_is_asked_for():
    mapping = _table({"handle": PEOPLE, "followers": ["5"] * 8}, "list.csv")
    assert mapping.platform is None
    assert "which platform" in mapping.missing[0]
    assert mapping.with_platform(Platform.X).missing == ()


def test_a_column_may_name_each_rows_platform():
    mapping = _table({"handle": PEOPLE, "Platform": ["IG", "TikTok"] * 4}, "list.csv")
    assert mapping.columns[1].field is Field.PLATFORM
    assert mapping.missing == ()


def test_a_file_without_headers_is_guessed_from_its_cells():
    rows = [
        [str(n), f"@{handle}", name, str(10_000 + n), "Spain"]
        for n, (handle, name) in enumerate(zip(PEOPLE, NAMES, strict=True), 1)
    ]
    mapping = propose([f"Column {letter}" for letter in "ABCDE"], rows, "ig.csv")
    assert _fields(mapping) == [
        *(Field.IGNORE, Field.HANDLE, Field.DISPLAY_NAME, Field.FOLLOWERS, Field.COUNTRY)
    ]
    assert len(mapping.questions) == 5


def test_a_list_of_numbers_has_nobody_in_it():
    mapping = propose(["Date", "Spend [USD]"], [["1.08.2019", "2280"]] * 9, "ads.csv")
    assert "No column holds handles" in mapping.missing[0]


def test_units_and_currencies_are_read_from_headers():
    assert read_header("Followers (M)").scale == 1_000_000
    assert read_header("followers (000)").scale == 1_000
    assert read_header("Followers in thousands").scale == 1_000
    assert read_header("Seguidores (mil)").fields == (Field.FOLLOWERS,)
    assert read_header("Fee [USD]").currency == "USD"
    assert read_header("price_eur").currency == "EUR"
    assert read_header("Prix €").fields == (Field.FEE,)
    assert read_header("Audience country (mostly)").fields == (Field.AUDIENCE_COUNTRY,)


def test_every_choice_can_be_changed_by_hand():
    mapping = _table({"handle": PEOPLE, "Shoe size": ["42"] * 8, "views": ["12"] * 8})
    changed = (
        mapping.with_choice(1, Field.NOTE)
        .with_choice(2, Field.POSTS)
        .with_scale(2, 1_000)
        .with_as_of(dt.date(2023, 1, 2))
        .with_currency("euro")
    )
    assert _fields(changed) == [Field.HANDLE, Field.NOTE, Field.POSTS]
    assert changed.columns[2].samples == (("12", "12,000"),)
    assert changed.as_of == dt.date(2023, 1, 2)
    assert changed.currency == "EUR"
    assert _fields(mapping)[1] is Field.KEEP
    with pytest.raises(ValueError, match="not a currency"):
        mapping.with_currency("banana")


def test_a_column_chosen_by_hand_is_read_before_the_proposed_one():
    mapping = _table({"username": PEOPLE, "Name": NAMES, "code": PEOPLE[::-1]})
    assert [c.index for c in mapping.with_choice(2, Field.HANDLE).feeding(Field.HANDLE)] == [2, 0]


def test_fields_are_found_by_name_or_label():
    for text in ("average_likes", " Average likes", "AVERAGE LIKES"):
        assert Field.named(text) is Field.AVERAGE_LIKES
    assert Field.named("Fee for one post") is Field.FEE
    assert Field.named("shoe size") is None


def test_columns_are_found_by_header_or_number():
    mapping = _table({"handle": PEOPLE, "Shoe size": ["42"] * 8})
    assert mapping.named(" shoe SIZE ") == mapping.columns[1]
    assert mapping.named("2") == mapping.columns[1]
    assert mapping.named("3") is None


def test_a_mapping_survives_being_stored_as_text():
    mapping = _table({"handle": PEOPLE, "followers": ["1.2K"] * 8, "er": ["1.2%"] * 8})
    assert Mapping.model_validate_json(mapping.model_dump_json()) == mapping


def test_rows_between_creators_are_no_examples_of_a_column() -> None:
    """Headings and repeated headers tell nothing of what cells hold."""
    rows = [
        ["Instagram", ""],
        ["anna.b", "1200"],
        ["Handle", "Followers"],
        ["TikTok", ""],
        ["ben_c", "1300"],
    ]
    mapping = propose(["Handle", "Followers"], rows, "list.csv")

    assert [column.examples for column in mapping.columns] == [
        ("anna.b", "ben_c"),
        ("1200", "1300"),
    ]
    assert mapping.platform is Platform.INSTAGRAM
    assert "“Instagram”, “TikTok”" in mapping.notes[0]
