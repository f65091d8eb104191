"""Sheets as teams keep them: headings between rows, forms, several platforms, crowded cells."""

from tests.trap_files import Trap
from tests.trap_tables import (
    FOLLOWERS,
    HANDLES,
    KNOWN,
    NAMES,
    RATES,
    percents,
    short,
    table,
    text_trap,
    truth,
)

_COUNTS = truth(followers=FOLLOWERS)
_OF_BOTH = truth(followers=FOLLOWERS, platform=["instagram"] * 4 + ["tiktok"] * 4)
_ON_TIKTOK = tuple(value * 3 for value in FOLLOWERS)


def _lines(first: int, last: int) -> str:
    pairs = list(zip(HANDLES, FOLLOWERS, strict=True))[first:last]
    return "".join(f"{handle},{followers},US\n" for handle, followers in pairs)


def sections() -> list[Trap]:
    """Rows that only name a platform, above rows that are of it."""
    header = "Handle,Followers,Country\n"
    parts = _lines(0, 4), _lines(4, 8)
    told = "heading (“Instagram”, “TikTok”)"
    return [
        text_trap(
            "a heading for each platform",
            f"{header}Instagram,,\n{parts[0]}TikTok,,\n{parts[1]}",
            _OF_BOTH,
            told,
            file_name="list.csv",
        ),
        text_trap(
            "a heading and the header again for each platform",
            f"Instagram,,\n{header}{parts[0]}\n,,\nTikTok:,,\n{header}{parts[1]}",
            _OF_BOTH,
            "heading (“TikTok”)",
            file_name="list.csv",
        ),
        text_trap(
            "platforms in a row above the headers",
            ",Instagram,,,TikTok,,\nName,Handle,Followers,ER,Handle,Followers,ER\n"
            + "".join(
                f"{n},{h},{f},{r},{h}_tt,{t},{r}\n"
                for n, h, f, r, t in zip(
                    NAMES, HANDLES, FOLLOWERS, percents(), _ON_TIKTOK, strict=True
                )
            ),
            truth(followers=FOLLOWERS, engagement_rate=RATES, platform=["instagram"] * 8)
            | {
                f"{handle}_tt": {"followers": followers, "engagement_rate": rate}
                for handle, followers, rate in zip(HANDLES, _ON_TIKTOK, RATES, strict=True)
            },
            file_name="list.csv",
        ),
    ]


def several_figures() -> list[Trap]:
    """Figures whose header names a platform, beside one handle; figures in two units."""
    return [
        text_trap(
            "followers of two platforms beside handles of one",
            table({"Handle": HANDLES, "TikTok followers": _ON_TIKTOK, "Instagram fans": FOLLOWERS}),
            _COUNTS,
        ),
        text_trap(
            "counts under the bare names of platforms",
            table(
                {
                    "Name": NAMES,
                    "TikTok": [short(value) for value in _ON_TIKTOK],
                    "Instagram": [short(value) for value in FOLLOWERS],
                    "Handle": HANDLES,
                }
            ),
            KNOWN,
            "taken as followers on Instagram",
        ),
        text_trap(
            "a rate of TikTok, which is no tiktoker",
            table({"Account": HANDLES, "TikTok ER": percents(), "Followers": FOLLOWERS}),
            truth(followers=FOLLOWERS, engagement_rate=RATES),
            file_name="tiktok.csv",
        ),
        text_trap(
            "thousands beside the same in full words",
            table(
                {
                    "Username": HANDLES,
                    "Followers": [f"{value / 1_000_000:g}M" for value in _ON_TIKTOK],
                    "followers": [value // 1_000 for value in _ON_TIKTOK],
                }
            ),
            truth(followers=[value // 1_000 * 1_000 for value in _ON_TIKTOK]),
        ),
        text_trap(
            "handles under Followers and counts under Handle",
            table({"Followers": HANDLES, "Handle": FOLLOWERS, "Country": ["Spain"] * 8}),
            _COUNTS,
            "taken as swapped",
        ),
    ]


def forms() -> list[Trap]:
    """Answers to forms, whose headers are questions, and headers in further languages."""
    return [
        text_trap(
            "questions as headers",
            table(
                {
                    "What is your full name?": NAMES,
                    "What is your Instagram handle?": [f"@{handle}" for handle in HANDLES],
                    "How many followers do you have on Instagram?": FOLLOWERS,
                    "Which country do you live in?": ["Germany"] * 8,
                    "Your email": [f"{handle}@mail.example" for handle in HANDLES],
                }
            ),
            KNOWN,
            file_name="answers.csv",
        ),
        text_trap(
            "questions as headers, in Spanish",
            table({"¿Cuál es tu usuario?": HANDLES, "¿Cuántos seguidores tienes?": FOLLOWERS}),
            _COUNTS,
        ),
        text_trap(
            "no header that says who",
            table({"Alias 2": HANDLES, "Followers": FOLLOWERS, "Country": ["Peru"] * 8}),
            _COUNTS,
        ),
        text_trap(
            "Japanese headers",
            table({"アカウント名": HANDLES, "名前": NAMES, "フォロワー数": FOLLOWERS}, "\t"),
            KNOWN,
            encoding="utf-16",
        ),
        text_trap(
            "Korean headers",
            table({"계정": HANDLES, "이름": NAMES, "팔로워 수": FOLLOWERS, "참여율": percents()}),
            truth(display_name=NAMES, followers=FOLLOWERS, engagement_rate=RATES),
        ),
        text_trap(
            "Arabic headers, digits and marks",
            table(
                {
                    "اسم المستخدم": HANDLES,
                    "عدد المتابعين": [_arabic(f"{value:,}") for value in FOLLOWERS],
                    "معدل التفاعل": [_arabic(text) for text in percents()],
                }
            ),
            truth(followers=FOLLOWERS, engagement_rate=RATES),
        ),
    ]


def _arabic(text: str) -> str:
    return text.translate(str.maketrans("0123456789,.%", "٠١٢٣٤٥٦٧٨٩٬٫٪"))


def crowded_cells() -> list[Trap]:
    """Handles with other words in their cell."""
    shapes = (
        "instagram.com/{} (12k)",
        "IG: @{}",
        "@{}, @second",
        "http://instagram.com/_u/{}",
        "https://www.instagram.com/{}/ | https://tiktok.com/@other",
        "www.instagram.com/{}, active",
        "@{}",
        "{}",
    )
    cells = [shape.format(handle) for shape, handle in zip(shapes, HANDLES, strict=True)]
    return [
        text_trap(
            "handles with remarks in their cells",
            table({"Instagram": cells, "Followers": FOLLOWERS}),
            truth(followers=FOLLOWERS, display_name=[None] * 8),
        ),
        text_trap(
            "short links, which name nobody",
            table(
                {
                    "Link": [f"https://www.tiktok.com/@{handle}" for handle in HANDLES[:7]]
                    + ["https://vm.tiktok.com/ZMabc12/"],
                    "Followers": FOLLOWERS,
                }
            ),
            {handle: _COUNTS[handle] for handle in HANDLES[:7]},
            "is a link to a post",
            file_name="list.csv",
        ),
        text_trap(
            "two words behind a link, which may be anybody",
            "Link,Followers\ninstagram.com/anna bloom,12\ninstagram.com/ben,13\n"
            "instagram.com/carla,14\n",
            {"ben": {"followers": 13}, "carla": {"followers": 14}},
            "is a name, not a handle",
        ),
        text_trap(
            "a run of accents in one name of a Windows file",
            table({"handle": HANDLES, "name": ["Zoééñ Ito", *"BCDEFGH"], "followers": FOLLOWERS}),
            truth(followers=FOLLOWERS, display_name=["Zoééñ Ito", *"BCDEFGH"]),
            encoding="cp1252",
        ),
        text_trap(
            "a ragged list under one header",
            "Followers\nInstagram\nanna.b\nben_c,@second\n",
            {},
            people=3,
        ),
    ]


def sheets() -> list[Trap]:
    """All of them."""
    return [*sections(), *several_figures(), *forms(), *crowded_cells()]
