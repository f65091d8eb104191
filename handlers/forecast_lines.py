"""The forecast of a partnership in words, beside what came of it."""

from domain.forecast import Forecast
from domain.forecast_compare import Compared
from domain.forecast_words import (
    against_words,
    cost_against_words,
    figure_lines,
    occasion_words,
    rests_on,
)
from storage import forecasts
from storage.forecasts import Kept
from storage.overviews import Overview
from storage.transaction import Transaction
from views.forecast import ForecastView


def forecast_of(tx: Transaction, one: Overview) -> ForecastView | None:
    """The forecast that counts, with results where there are any; None where none was made."""
    if not one.forecasts:
        return None
    found = forecasts.compared(tx, [one.row]).get(one.id)
    if found is None or not any(figure.came is not None for figure in found.figures):
        return _alone(one.forecasts[-1], len(one.forecasts) - 1)
    place = next(place for place, kept in enumerate(one.forecasts) if kept.made_at == found.made_at)
    kept = one.forecasts[place]
    return ForecastView(
        made_at=kept.made_at,
        occasion=occasion_words(kept.occasion),
        lines=_beside(found),
        rests_on=rests_on(kept.forecast),
        notes=_notes(kept.forecast),
        earlier=place,
        so_far=not found.finished,
    )


def _alone(kept: Kept, earlier: int) -> ForecastView:
    return ForecastView(
        made_at=kept.made_at,
        occasion=occasion_words(kept.occasion),
        lines=tuple(figure_lines(kept.forecast)),
        rests_on=rests_on(kept.forecast),
        notes=_notes(kept.forecast),
        earlier=earlier,
    )


def _beside(found: Compared) -> tuple[tuple[str, str], ...]:
    lines = [(figure.name, against_words(figure)) for figure in found.figures]
    for said in cost_against_words(found):
        name, _, words = said.partition(": ")
        lines.append((name, words))
    return tuple(lines)


def _notes(found: Forecast) -> tuple[str, ...]:
    notes = []
    if found.assumed:
        notes.append("Nothing was planned yet, so it is for one post")
    if found.left_out:
        notes.append(f"Not in it: {', '.join(found.left_out)}")
    if not found.is_empty:
        notes.append("Eight in ten such intervals should hold")
    return tuple(notes)
