"""Settings as people type them: tier bands and rates of exchange, a line each."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from domain.chosen_day import chosen_day
from domain.money import DatedRate, currencies
from domain.tier import Band, Tier, TierBands
from domain.values import count
from domain.wording import listed

MOST_RATES = 50
LARGEST_RATE = Decimal(10) ** 9

_BAND = re.compile(r"\s*(?P<tier>[^\W\d_]+)\s*[:=]?\s*(?P<least>[\d.,'’kKmM]+)\s*(?P<rest>.*)")
_MOST = re.compile(r"(?:[-–—]|to|bis|a)\s*(?P<most>[\d.,'’kKmM]+)\s*(?:followers)?\s*", re.I)
_NO_END = re.compile(r"(?:\+|and more|or more|[-–—])?\s*(?:followers)?\s*", re.I)
_RATE = re.compile(
    r"\s*(?:1\s*)?(?P<base>[A-Za-z]{3})\s*(?:=|to|→|->|/|:)?\s*"
    r"(?:(?P<after>[A-Za-z]{3})\s*=?\s*)?(?P<rate>[\d.,]+)\s*(?P<quote>[A-Za-z]{3})?"
    r"(?:\s*(?:on|of|from|,|;|@)?\s*(?P<date>\d{4}-\d{2}-\d{2}))?\s*"
)


class SettingError(ValueError):
    """What was typed can't be a setting; the text is the sentence under the field."""


def read_bands(typed: str) -> TierBands:
    """Tier bands, a line each: "micro 1,000–100,000"; tiers that are left out keep theirs.

    Raises:
        SettingError: a line that can't be read, an unknown tier, a band upside down.
    """
    bands: dict[str, Band] = {}
    for line in (each for each in typed.splitlines() if each.strip()):
        tier, band = _band(line)
        if tier in bands:
            raise SettingError(f"{tier} is there twice; please keep one line for it.")
        bands[tier] = band
    return TierBands(**bands)


def written_bands(bands: TierBands) -> str:
    """Tier bands as they are typed."""
    lines = []
    for tier in Tier:
        band = bands.of(tier)
        end = f"{band.least:,} or more" if band.most is None else f"{band.least:,}–{band.most:,}"
        lines.append(f"{tier.value} {end}")
    return "\n".join(lines)


def read_rates(typed: str, today: dt.date) -> tuple[DatedRate, ...]:
    """Rates of exchange, a line each: "1 EUR = 1.08 USD on 2026-11-01".

    today: the date of a rate that gives none.

    Raises:
        SettingError: a line that can't be read, an unknown currency, a pair that is there twice.
    """
    rates = [_rate(line, today) for line in typed.splitlines() if line.strip()]
    if len(rates) > MOST_RATES:
        raise SettingError(f"Please give at most {MOST_RATES} rates.")
    seen: set[frozenset[str]] = set()
    for rate in rates:
        pair = frozenset((rate.base, rate.quote))
        if pair in seen:
            raise SettingError(f"{rate.base} and {rate.quote} are there twice; please keep one.")
        seen.add(pair)
    return tuple(rates)


def written_rates(rates: Sequence[DatedRate]) -> str:
    """Rates as they are typed."""
    return "\n".join(
        f"1 {rate.base} = {rate.rate:f} {rate.quote} on {rate.date.isoformat()}" for rate in rates
    )


def read_currency(typed: str) -> str | None:
    """A currency code, or None where nothing was typed.

    Raises:
        SettingError: there is no such currency.
    """
    code = typed.strip().upper()
    if code and code not in currencies():
        raise SettingError(f"“{typed.strip()[:20]}” is not a currency code such as EUR or USD.")
    return code or None


def _band(line: str) -> tuple[str, Band]:
    match = _BAND.fullmatch(line)
    if match is None:
        raise SettingError(
            f"“{line.strip()[:40]}” can't be read. Write for example “micro 1,000–100,000”."
        )
    tier = match["tier"].lower()
    if tier not in {each.value for each in Tier}:
        names = listed([each.value for each in Tier])
        raise SettingError(f"“{match['tier'][:20]}” is not a tier; there are {names}.")
    least = _followers(match["least"])
    end = _MOST.fullmatch(match["rest"])
    if end is None and not _NO_END.fullmatch(match["rest"]):
        raise SettingError(
            f"“{line.strip()[:40]}” can't be read. Write for example “mega 1,000,000 or more”."
        )
    most = _followers(end["most"]) if end else None
    if most is not None and most < least:
        raise SettingError(f"{tier} ends below where it begins ({least:,}–{most:,}).")
    return tier, Band(least=least, most=most)


def _followers(typed: str) -> int:
    value = count(typed)
    if not isinstance(value, int):
        raise SettingError(f"“{typed[:20]}” is not a number of followers.")
    return value


def _rate(line: str, today: dt.date) -> DatedRate:
    match = _RATE.fullmatch(line)
    if match is None or bool(match["after"]) == bool(match["quote"]):
        raise SettingError(
            f"“{line.strip()[:40]}” can't be read. "
            f"Write for example “1 EUR = 1.08 USD on {today.isoformat()}”."
        )
    base, quote = match["base"].upper(), (match["after"] or match["quote"]).upper()
    for code in (base, quote):
        if code not in currencies():
            raise SettingError(f"“{code}” is not a currency code such as EUR or USD.")
    if base == quote:
        raise SettingError(f"{base} against itself needs no rate.")
    return DatedRate(
        base=base, quote=quote, rate=_number(match["rate"]), date=_day(match["date"], today)
    )


def _number(typed: str) -> Decimal:
    try:
        value = Decimal(typed.replace(",", ".") if typed.count(",") == 1 else typed)
    except InvalidOperation:
        raise SettingError(f"“{typed[:20]}” is not a rate such as 1.08.") from None
    if not 0 < value < LARGEST_RATE:
        raise SettingError("A rate is above 0 and below a thousand million.")
    return value


def _day(typed: str | None, today: dt.date) -> dt.date:
    if typed is None:
        return today
    try:
        day = chosen_day(typed)
    except ValueError:
        raise SettingError(f"{typed} is not a date; write it as {today.isoformat()}.") from None
    if day > today:
        raise SettingError(f"{typed} is in the future; give the day on which you read the rate.")
    return day
