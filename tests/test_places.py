"""Countries and languages by any of their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.places import (
    country_code,
    country_name,
    is_country_name,
    is_language_name,
    language_code,
    language_name,
)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Germany", "DE"), ("Deutschland", "DE"), ("alemania", "DE"), ("Alemanha", "DE"),
        ("ALLEMAGNE", "DE"), ("de", "DE"), ("DEU", "DE"), ("🇩🇪", "DE"), ("Германия", "DE"),
        ("UK", "GB"), ("U.K.", "GB"), ("England", "GB"), ("gb", "GB"), ("Grande-Bretagne", "GB"),
        ("USA", "US"), ("U.S.", "US"), ("United States", "US"), ("the United States", "US"),
        ("EE.UU.", "US"), ("Estados Unidos", "US"), ("Brasil", "BR"), ("Россия", "RU"),
        ("Russia", "RU"), ("日本", "JP"), ("भारत", "IN"), ("مصر", "EG"), ("the Netherlands", "NL"),
        ("Holland", "NL"), ("South Korea", "KR"), ("한국", "KR"), ("Türkiye", "TR"),
        ("Turkey", "TR"), ("Côte d’Ivoire", "CI"), ("Ivory Coast", "CI"), ("Czech Republic", "CZ"),
        ("Hong Kong", "HK"), ("British Virgin Islands", "VG"), ("Anguilla", "AI"),
        ("México", "MX"), ("Mexico", "MX"), ("Perú", "PE"), ("UAE", "AE"), ("Iran", "IR"),
    ],
)  # fmt: skip
def test_a_country_is_known_by_its_names_codes_and_flag(written: str, code: str) -> None:
    assert country_code(written) == code
    assert country_code(f"  {written.upper()} ") == code


@pytest.mark.parametrize("written", ["", "N/A", "-", "Other", "🎉", "Atlantis", "xx", "EU", "🇩"])
def test_what_is_no_country_is_none(written: str) -> None:
    assert country_code(written) is None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("German", "de"), ("Deutsch", "de"), ("allemand", "de"), ("alemão", "de"), ("deu", "de"),
        ("pt-BR", "pt"), ("en_US", "en"), ("zh-Hans", "zh"), ("Chinese", "zh"), ("español", "es"),
        ("Castellano", "es"), ("eng", "en"), ("nb", "no"), ("Norwegian", "no"), ("Tagalog", "tl"),
        ("Русский", "ru"), ("日本語", "ja"), ("한국어", "ko"), ("Farsi", "fa"), ("Greek", "el"),
        ("Bahasa Indonesia", "id"), ("Portuguese (Brazil)", "pt"), ("EN", "en"), ("العربية", "ar"),
    ],
)  # fmt: skip
def test_a_language_is_known_by_its_names_codes_and_tags(written: str, code: str) -> None:
    assert language_code(written) == code


@pytest.mark.parametrize("written", ["", "Other", "Klingon speakers", "xx", "🎉"])
def test_what_is_no_language_is_none(written: str) -> None:
    assert language_code(written) is None


@given(st.text(max_size=20))
def test_any_text_is_answered_with_a_code_that_has_a_name_or_with_none(text: str) -> None:
    country, language = country_code(text), language_code(text)

    assert country is None or country_name(country) != country
    assert language is None or language_name(language) != language


def test_names_are_read_back_as_the_codes_they_belong_to() -> None:
    for code in ("DE", "US", "GB", "BR", "IN", "ID", "KR", "CI", "NG", "VG"):
        assert country_code(country_name(code)) == code
    for code in ("de", "en", "es", "pt", "fr", "ja", "ar", "no", "tl"):
        assert language_code(language_name(code)) == code


def test_codes_are_told_from_names_so_that_words_are_not_taken_for_countries() -> None:
    assert is_country_name("Germany")
    assert is_country_name("🇩🇪")
    assert not is_country_name("in")
    assert not is_country_name("DEU")
    assert is_language_name("German")
    assert not is_language_name("it")
