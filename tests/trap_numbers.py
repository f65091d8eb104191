"""Numbers, money and dates as people write them."""

import datetime as dt
from collections.abc import Sequence

from tests.trap_files import Trap
from tests.trap_tables import (
    FOLLOWERS,
    HANDLES,
    NAMES,
    RATES,
    grouped,
    percents,
    short,
    table,
    text_trap,
    truth,
)


def numbers() -> list[Trap]:
    """Numbers as people write them."""
    base = {"handle": HANDLES, "name": NAMES}
    counts = truth(followers=FOLLOWERS)
    rates = truth(engagement_rate=RATES)
    traps = [
        text_trap(f"thousands by {name}", table({**base, "followers": grouped(mark)}), counts)
        for name, mark in (
            ("commas", ","),
            ("dots", "."),
            ("spaces", " "),
            ("narrow spaces", "\u202f"),
            ("hard spaces", "\u00a0"),
            ("apostrophes", "'"),
            ("typographic apostrophes", "’"),
        )
    ]
    tails = ("1.234,5", "1 234,5", "1'234.5", "1,234.5", "1234,5", "1234.5")
    traps += [
        text_trap(
            f"averages as {tail}",
            table({**base, "followers": FOLLOWERS, "avg likes": [tail] * 8}),
            truth(average_likes=[1234.5] * 8),
        )
        for tail in tails
    ]
    units = {
        "K and M": [short(f) for f in FOLLOWERS],
        "mil": [f"{f / 1000:g} mil".replace(".", ",") for f in FOLLOWERS],
        "Tsd.": [f"{f / 1000:g}".replace(".", ",") + " Tsd." for f in FOLLOWERS],
        "Mio.": [f"{f / 1e6:g}".replace(".", ",") + " Mio." for f in FOLLOWERS],
        "тыс.": [f"{f / 1000:g}".replace(".", ",") + " тыс." for f in FOLLOWERS],
        "k small": [f"{f / 1000:g}k" for f in FOLLOWERS],
        "K with comma": [f"{f / 1000:g}K".replace(".", ",") for f in FOLLOWERS],
        "words": [f"{f:,} followers" for f in FOLLOWERS],
        "plus": [f"{f:,}+" for f in FOLLOWERS],
        "lakh": [f"{f / 1e5:g} lakh" for f in FOLLOWERS],
        "万": [f"{f / 1e4:g}万" for f in FOLLOWERS],
    }
    traps += [
        text_trap(f"followers in {name}", table({**base, "followers": cells}), counts)
        for name, cells in units.items()
    ]
    traps += [
        text_trap(
            "the header says thousands",
            table({**base, "followers (k)": [f"{f / 1000:g}" for f in FOLLOWERS]}),
            counts,
        ),
        text_trap(
            "the header says millions",
            table({**base, "followers in millions": [f"{f / 1e6:g}" for f in FOLLOWERS]}),
            counts,
        ),
        text_trap(
            "the header says “x1000”",
            table({**base, "followers (x1000)": [f"{f / 1000:g}" for f in FOLLOWERS]}),
            counts,
        ),
        text_trap(
            "the header says “’000”",
            table({**base, "followers ('000)": [f"{f / 1000:g}" for f in FOLLOWERS]}),
            counts,
        ),
        text_trap(
            "the unit is lost",
            table({**base, "followers": [f"{f / 1000:g}" for f in FOLLOWERS]}),
            counts,
            "unit was lost",
        ),
        text_trap("rates in percent", table({**base, "ER": percents()}), rates),
        text_trap("rates in percent without sign", table({**base, "ER": percents(sign="")}), rates),
        text_trap("rates as fractions", table({**base, "ER": [f"{r:g}" for r in RATES]}), rates),
        text_trap(
            "rates with decimal commas",
            table({**base, "ER": [f"{r:g}".replace(".", ",") for r in RATES]}, ";"),
            rates,
        ),
        text_trap(
            "rates in percent with blanks and commas",
            table({**base, "ER": percents(",", " %")}, "\t"),
            rates,
        ),
        text_trap(
            "some rates have a sign",
            table(
                {**base, "ER": [t if n % 2 else t.rstrip("%") for n, t in enumerate(percents())]}
            ),
            rates,
            "% sign",
        ),
        text_trap(
            "lowish rates in percent",
            table({**base, "ER": ["0.9", "0.5", "1.1", "0.3", "0.7", "0.8", "0.2", "0.4"]}),
            truth(engagement_rate=[0.009, 0.005, 0.011, 0.003, 0.007, 0.008, 0.002, 0.004]),
        ),
        text_trap(
            "missing spellings",
            table(
                {
                    **base,
                    "followers": [12500, "N/A", "-", "null", "#VALUE!", "-1", "nan", ""],
                    "avg likes": ["", "--", "#VALOR!", "none", "N/A'", "k.A.", "?", "s/d"],
                }
            ),
            truth(followers=[12500] + [None] * 7, average_likes=[None] * 8),
        ),
        text_trap(
            "two columns of one name agree",
            _oracle(FOLLOWERS),
            counts,
        ),
        text_trap(
            "two columns of one name tell the lost unit", _oracle(FOLLOWERS, lost=True), counts
        ),
        text_trap(
            "two columns of one name disagree",
            _oracle(FOLLOWERS, factor=3),
            {},
            "Differs from column",
            people=8,
        ),
        text_trap(
            "negative and absurd numbers",
            table(
                {
                    **base,
                    "followers": [12500, -5, "12e30", "about 9", "87,300", "1.2.3", "٣٤٥", "4 100"],
                }
            ),
            truth(followers=[12500, None, None, None, 87300, None, 345, 4100]),
            "is negative",
        ),
        text_trap(
            "scientific notation",
            table(
                {
                    **base,
                    "followers": [
                        "1.25E+4",
                        "1.204E6",
                        "8.73e4",
                        "4.1E+03",
                        "5.6789E4",
                        "2.3E5",
                        "9.87E3",
                        "4.56E4",
                    ],
                }
            ),
            counts,
        ),
    ]
    return traps


def _oracle(values: Sequence[int], factor: float = 1, lost: bool = False) -> str:
    lines = ["handle,name,Followers,Followers"]
    for handle, name, value in zip(HANDLES, NAMES, values, strict=True):
        written = f"{value / 1000:g}" if lost else short(value)
        lines.append(f"{handle},{name},{written},{round(value * factor)}")
    return "\n".join(lines) + "\n"


def money_and_dates() -> list[Trap]:
    """Currencies and dates."""
    base = {"handle": HANDLES, "followers": FOLLOWERS}
    fees = [
        "EUR 75.00",
        "EUR 1200.50",
        "EUR 300.00",
        "EUR 80.00",
        "EUR 90.00",
        "EUR 450.00",
        "EUR 60.00",
        "EUR 999.99",
    ]
    amounts = ("75", "1200.50", "300", "80", "90", "450", "60", "999.99")
    dates = (
        "31.12.2022",
        "01.02.2023",
        "15.03.2023",
        "03.04.2023",
        "28.02.2023",
        "09.11.2022",
        "30.06.2022",
        "05.05.2023",
    )
    days = [f"{d[6:]}-{d[3:5]}-{d[:2]}" for d in dates]
    us = [f"{d[3:5]}/{d[:2]}/{d[6:]}" for d in dates]
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    words = [f"{months[int(d[3:5]) - 1]} {int(d[:2])}, {d[6:]}" for d in dates]
    known = truth(as_of=[dt.date.fromisoformat(day) for day in days])
    worth = truth(fee_text=fees)
    either = [f"0{n}/0{n + 1}/2023" for n in range(1, 9)]
    return [
        text_trap(
            "fees with the sign in front",
            table({**base, "fee": [f"€ {a}".replace(".", ",") for a in amounts]}, ";"),
            worth,
        ),
        text_trap(
            "fees with the code behind",
            table({**base, "Preis": [f"{a} EUR" for a in amounts]}),
            worth,
        ),
        text_trap("the currency in the header", table({**base, "Fee (€)": amounts}), worth),
        text_trap(
            "the currency in the header, as a code", table({**base, "price_eur": amounts}), worth
        ),
        text_trap(
            "the currency in its own column",
            table({**base, "price": amounts, "currency": ["EUR"] * 8}),
            worth,
        ),
        text_trap(
            "no currency at all",
            table({**base, "price": amounts}),
            {},
            "name no currency",
            people=8,
        ),
        text_trap("dates with dots", table({**base, "Stand": dates}, ";"), known),
        text_trap("dates year first", table({**base, "as of": days}), known),
        text_trap("dates month first", table({**base, "date": us}), known),
        text_trap("dates in words", table({**base, "last updated": words}), known),
        text_trap(
            "dates with times",
            table({**base, "updated at": [f"{d}T10:20:30Z" for d in days]}),
            known,
        ),
        text_trap(
            "dates that may be either", table({**base, "date": either}), {}, "may be", people=8
        ),
        text_trap(
            "dates of both orders in one column",
            table({**base, "date": ["31/12/2022", "12/31/2022", *either[:6]]}),
            truth(as_of=[dt.date(2022, 12, 31), dt.date(2022, 12, 31)]),
            "may be",
            people=8,
        ),
    ]
