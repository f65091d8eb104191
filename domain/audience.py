"""Whether the creator and the audience are where, and speak what, the brief asks for."""

from collections.abc import Callable
from dataclasses import dataclass, field

from domain.creator import ProfileSnapshot
from domain.part import BEST, Part, PartName
from domain.places import country_name, language_name


@dataclass(frozen=True)
class Wanted:
    """What brief and query ask of place and language; an empty set is not asked.

    countries (of the creator), audience_countries: ISO 3166-1 alpha-2, upper case.
    languages: ISO 639-1, lower case.
    """

    audience_countries: frozenset[str] = field(default_factory=frozenset)
    countries: frozenset[str] = field(default_factory=frozenset)
    languages: frozenset[str] = field(default_factory=frozenset)

    @property
    def asked(self) -> bool:
        """Whether any place or language was asked for; if not, the part counts nowhere."""
        return bool(self.audience_countries or self.countries or self.languages)


def audience_value(
    wanted: Wanted, audience_country: str | None, country: str | None, language: str | None
) -> int | None:
    """The part's value: 10,000 × criteria met ÷ criteria known, rounded down.

    Only what was asked counts; None when none of it is known. In SQL the same:
    `10000 * met / known` on integers.
    """
    known = [
        actual in asked
        for asked, actual in (
            (wanted.audience_countries, audience_country),
            (wanted.countries, country),
            (wanted.languages, language),
        )
        if asked and actual is not None
    ]
    return BEST * sum(known) // len(known) if known else None


def audience_part(profile: ProfileSnapshot, weight: int, wanted: Wanted) -> Part:
    """The audience part of a fit, naming each criterion asked for."""
    value = audience_value(wanted, profile.audience_country, profile.country, profile.language)
    said = [
        _criterion(label, name_of, asked, actual)
        for label, name_of, asked, actual in (
            (
                "audience mostly in",
                country_name,
                wanted.audience_countries,
                profile.audience_country,
            ),
            ("creator in", country_name, wanted.countries, profile.country),
            ("creator speaks", language_name, wanted.languages, profile.language),
        )
        if asked
    ]
    sentence = "; ".join(said) or "no place or language asked for"
    return Part(
        name=PartName.AUDIENCE,
        value=value,
        weight=weight,
        evidence=f"{sentence[0].upper()}{sentence[1:]}.",
        source=profile.source if value is not None else "",
    )


def _criterion(
    label: str, name_of: Callable[[str], str], asked: frozenset[str], actual: str | None
) -> str:
    wish = " or ".join(sorted(name_of(code) for code in asked))
    if actual is None:
        return f"{label}: unknown, asked for {wish}"
    if actual in asked:
        return f"{label} {name_of(actual)}, as asked"
    return f"{label} {name_of(actual)}, asked for {wish}"
