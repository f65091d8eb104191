"""Handles in every dress, and the encodings of text files."""

from tests.trap_files import Trap
from tests.trap_tables import (
    FOLLOWERS,
    HANDLES,
    KNOWN,
    LIKES,
    NAMES,
    RATES,
    percents,
    table,
    text_trap,
    truth,
)


def accounts() -> list[Trap]:
    """Handles in every dress."""
    base = {"followers": FOLLOWERS}
    counts = truth(followers=FOLLOWERS)
    ids = [str(7_012_345_678_901_234_000 + n * 7) for n in range(8)]
    named = {
        "Name @handle": [f"{n} @{h}" for n, h in zip(NAMES, HANDLES, strict=True)],
        "Name (handle)": [f"{n} ({h})" for n, h in zip(NAMES, HANDLES, strict=True)],
        "Name (@handle)": [f"{n} (@{h})" for n, h in zip(NAMES, HANDLES, strict=True)],
        "@handle - Name": [f"@{h} - {n}" for n, h in zip(NAMES, HANDLES, strict=True)],
        "Name | handle": [f"{n} | @{h}" for n, h in zip(NAMES, HANDLES, strict=True)],
    }
    return [
        *(
            text_trap(f"cells as {shape}", table({"Influencer": cells, **base}), KNOWN)
            for shape, cells in named.items()
        ),
        text_trap(
            "handles only in links",
            table(
                {
                    "Name": NAMES,
                    "Link": [f"https://www.instagram.com/{h}/?hl=en" for h in HANDLES],
                    **base,
                }
            ),
            KNOWN,
            file_name="list.csv",
        ),
        text_trap(
            "handles only in links without a header that says so",
            table({"Name": NAMES, "Where": [f"instagram.com/{h}" for h in HANDLES], **base}),
            KNOWN,
            file_name="list.csv",
        ),
        text_trap(
            "links of TikTok with tracking",
            table(
                {
                    "Name": NAMES,
                    "Profile": [f"https://www.tiktok.com/@{h}?lang=en&x=1" for h in HANDLES],
                    **base,
                }
            ),
            truth(display_name=NAMES, followers=FOLLOWERS, platform=["tiktok"] * 8),
            file_name="list.csv",
        ),
        text_trap(
            "ids of 19 digits beside handles",
            table({"id": ids, "user id": ids, "username": HANDLES, **base}),
            counts,
        ),
        text_trap(
            "ids of 19 digits headed account",
            table({"account": ids, "nickname": HANDLES, **base}),
            counts,
        ),
        text_trap(
            "ids of 19 digits before the followers",
            table({"username": HANDLES, "Audience ID": ids, "Subscribers ID": ids, **base}),
            counts,
        ),
        text_trap(
            "handles with blanks, capitals and @",
            table({"handle": [f"  @{h} " for h in HANDLES], **base}),
            counts,
        ),
        text_trap(
            "handles in capitals of links",
            table({"URL": [f"HTTPS://WWW.INSTAGRAM.COM/{h}" for h in HANDLES], **base}),
            counts,
            file_name="list.csv",
        ),
        text_trap(
            "quoted line breaks in cells",
            table(
                {
                    "handle": HANDLES,
                    "bio": [f"I love\nlipstick, and; “{n}”" for n in range(8)],
                    **base,
                }
            ),
            truth(followers=FOLLOWERS, bio=[f"I love\nlipstick, and; “{n}”" for n in range(8)]),
        ),
        text_trap(
            "one person per platform in one row",
            table(
                {
                    "Name": NAMES,
                    "Instagram": [f"@{h}" for h in HANDLES],
                    "IG followers": FOLLOWERS,
                    "TikTok": [f"@{h}.tt" for h in HANDLES],
                    "TikTok followers": [f * 2 for f in FOLLOWERS],
                }
            ),
            {
                **truth(followers=FOLLOWERS),
                **{
                    f"{h}.tt": {"followers": f * 2, "platform": "tiktok"}
                    for h, f in zip(HANDLES, FOLLOWERS, strict=True)
                },
            },
            file_name="list.csv",
        ),
    ]


def encodings() -> list[Trap]:
    """Encodings, delimiters and line ends."""
    latin = [n.replace("花子 ", "") for n in NAMES]
    base = {"handle": HANDLES, "name": latin, "followers": FOLLOWERS}
    facts = truth(display_name=latin, followers=FOLLOWERS)
    traps = []
    for encoding in (
        "utf-8",
        "utf-8-sig",
        "cp1252",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "mac-roman",
        "latin-1",
    ):
        for delimiter in (",", ";", "\t", "|"):
            end = {"cp1252": "\r\n", "mac-roman": "\r"}.get(encoding, "\n")
            traps.append(
                text_trap(
                    f"{encoding} with {delimiter!r}",
                    table(base, delimiter, end),
                    facts,
                    encoding=encoding,
                )
            )
    traps.append(text_trap("utf-8 saved twice", table(base).encode().decode("cp1252"), facts))
    traps.append(
        text_trap(
            "semicolons with commas in cells",
            table({**base, "bio": ["a, b, c, d"] * 8}, ";"),
            facts,
        )
    )
    traps.append(
        text_trap(
            "commas with decimal commas in quotes",
            table({**base, "ER": percents(",", "")}),
            truth(engagement_rate=RATES),
        )
    )
    traps.append(
        text_trap(
            "semicolons with decimal commas and one number a row",
            table(
                {
                    "handle": HANDLES,
                    "followers": FOLLOWERS,
                    "ER": percents(",", ""),
                    "likes": [f"{x:.2f}".replace(".", ",") for x in LIKES],
                },
                ";",
            ),
            truth(engagement_rate=RATES, average_likes=LIKES),
        )
    )
    return traps
