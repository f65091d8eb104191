"""Settings and brands: who may change them, what is wrong under its field, what follows."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import DatedRate, currencies
from domain.preferences import Preferences, preferences
from domain.settings_form import (
    SettingError,
    read_bands,
    read_rates,
    written_bands,
    written_rates,
)
from domain.tier import Band, TierBands
from storage import audit, brands, people
from storage import preferences as stored
from tests.slack import Slack

TODAY = dt.date(2026, 11, 23)


def open_settings(slack: Slack, who: str = "olivia") -> None:
    slack.workspace.command(who, "settings")


def current(slack: Slack) -> Preferences:
    with slack.reading() as tx:
        return stored.current(tx)


def slack_id(slack: Slack, who: str) -> str:
    return slack.workspace.user(who).id


def test_settings_are_kept_and_recorded(slack: Slack) -> None:
    open_settings(slack)
    errors = slack.submit(
        "olivia",
        {
            "tier_bands": "micro 5,000–50k\nmega 2m+",
            "currency": "eur",
            "rates": "1 EUR = 1.08 USD on 2026-01-02",
            "timezone": "Europe/Berlin",
        },
    )

    assert errors is None
    kept = current(slack)
    assert kept.tier_bands.micro == Band(least=5_000, most=50_000)
    assert kept.tier_bands.mega == Band(least=2_000_000)
    assert kept.tier_bands.nano == TierBands().nano
    assert (kept.currency, kept.timezone) == ("EUR", "Europe/Berlin")
    rate = kept.rate_between("USD", "EUR")
    assert rate is not None
    assert (rate.rate, rate.date) == (Decimal("1.08"), dt.date(2026, 1, 2))
    with slack.reading() as tx:
        (entry,) = audit.of(tx, "settings", tx.workspace_id)
    assert entry.actor == slack_id(slack, "olivia")
    assert entry.after["currency"] == "EUR"


def test_the_form_shows_what_is_kept_and_saving_it_unchanged_changes_nothing(slack: Slack) -> None:
    open_settings(slack)
    slack.submit("olivia", {"rates": "EUR USD 1.08 2026-01-02"})
    before = current(slack)

    open_settings(slack)
    assert slack.submit("olivia") is None

    assert current(slack) == before
    with slack.reading() as tx:
        assert len(audit.of(tx, "settings", tx.workspace_id)) == 1


def test_each_wrong_setting_has_its_own_sentence(slack: Slack) -> None:
    open_settings(slack)
    errors = slack.submit(
        "olivia",
        {
            "tier_bands": "micro 100k-1k",
            "currency": "EURO",
            "rates": "1 EUR = 0 USD",
            "timezone": "Mars/Olympus",
        },
    )
    assert errors is not None
    assert set(errors) == {"tier_bands", "currency", "rates", "timezone"}
    assert current(slack) == Preferences()


def test_only_owners_and_managers_change_settings(slack: Slack) -> None:
    refused = slack.text_of(slack.command("ana", "settings"))
    assert "owners and managers" in refused
    assert "Olivia" in refused

    open_settings(slack)
    assert slack.submit("olivia", {"managers": [slack_id(slack, "ana")]}) is None

    slack.workspace.command("ana", "settings")
    shown = slack.text_of(slack.view("ana"))
    assert "Only owners name owners" not in shown  # a manager can't change the owners
    assert slack.submit("ana", {"currency": "GBP"}) is None
    assert current(slack).currency == "GBP"
    assert current(slack).managers == (slack_id(slack, "ana"),)


def test_an_owner_names_another_and_steps_back(slack: Slack) -> None:
    open_settings(slack)
    slack.submit("olivia", {"owners": [slack_id(slack, "ana")]})

    assert "owners and managers" in slack.text_of(slack.command("olivia", "settings"))
    slack.workspace.command("ana", "settings")
    assert "Only owners name owners" in slack.text_of(slack.view("ana"))


def test_somebody_must_stay_owner_and_guests_cannot_be_named(slack: Slack) -> None:
    open_settings(slack)
    errors = slack.submit("olivia", {"owners": []})
    assert errors is not None
    assert set(errors) == {"owners"}

    olivia, gus = slack_id(slack, "olivia"), slack_id(slack, "gus")
    errors = slack.submit("olivia", {"owners": [olivia], "managers": [gus]})
    assert errors is not None
    assert "Gus is no full member" in errors["managers"]


def test_a_brand_is_limited_to_named_people_and_opened_again(slack: Slack) -> None:
    with slack.writing() as tx:
        brand = brands.create(tx, "Lumen", None)
        ana, olivia = (people.get(tx, slack_id(slack, who)) for who in ("ana", "olivia"))
    listing = slack.command("olivia", "brands")
    assert "seen by everybody" in slack.text_of(listing)

    slack.press("olivia", listing, "brand_limit")
    errors = slack.submit("olivia", {"who": "named", "people": []})
    assert errors is not None
    slack.submit("olivia", {"who": "named", "people": [slack_id(slack, "ana")]})

    with slack.reading() as tx:
        assert brands.hidden_from(tx, ana.id) == frozenset()
        assert brands.hidden_from(tx, olivia.id) == {brand.id}  # owners see no more than others
        assert [entry.action for entry in audit.of(tx, "brand", brand.id or 0)][-1] == "limit"

    slack.press("olivia", slack.command("olivia", "brands"), "brand_limit")
    slack.submit("olivia", {"who": "everybody", "people": []})
    with slack.reading() as tx:
        assert brands.hidden_from(tx, olivia.id) == frozenset()


def test_others_may_not_look_at_the_list_of_brands(slack: Slack) -> None:
    assert "owners and managers" in slack.text_of(slack.command("ben", "brands"))


def test_a_setting_that_no_longer_makes_sense_counts_as_never_set() -> None:
    kept = preferences({"benchmark": "withdrawn", "timezone": "Europe/Berlin", "owners": ["U1"]})
    assert kept.benchmark is None
    assert (kept.timezone, kept.owners) == ("Europe/Berlin", ("U1",))


@st.composite
def bands(draw: st.DrawFn) -> TierBands:
    def band() -> Band:
        least = draw(st.integers(0, 10**7))
        most = draw(st.none() | st.integers(least, 10**8))
        return Band(least=least, most=most)

    return TierBands(**{name: band() for name in TierBands.model_fields})


@given(bands())
def test_bands_are_read_as_they_are_written(chosen: TierBands) -> None:
    assert read_bands(written_bands(chosen)) == chosen


@given(
    st.dictionaries(
        st.sampled_from(sorted(currencies())),
        st.tuples(
            st.decimals("0.0001", "99999", allow_nan=False, places=4),
            st.dates(dt.date(2000, 1, 1), TODAY),
        ),
        max_size=5,
    )
)
def test_rates_are_read_as_they_are_written(chosen: dict[str, tuple[Decimal, dt.date]]) -> None:
    rates = tuple(
        DatedRate(base="EUR", quote=quote, rate=rate, date=date)
        for quote, (rate, date) in chosen.items()
        if quote != "EUR"
    )
    assert read_rates(written_rates(rates), TODAY) == rates


@pytest.mark.parametrize(
    "typed", ["EUR→USD 1.08 2026-11-01", "EUR USD 1,08 2026-11-01", "1 eur = 1.08 usd, 2026-11-01"]
)
def test_a_rate_is_read_however_it_is_written(typed: str) -> None:
    (rate,) = read_rates(typed, TODAY)
    assert (rate.base, rate.quote, rate.rate) == ("EUR", "USD", Decimal("1.08"))
    assert rate.date == dt.date(2026, 11, 1)


@given(st.text(max_size=60))
def test_whatever_is_typed_gives_settings_or_a_sentence(typed: str) -> None:
    for read in (read_bands, lambda text: read_rates(text, TODAY)):
        try:
            read(typed)
        except SettingError as error:
            assert str(error).endswith(".")
