"""Sources that other packages bring, by the entry point group `influencer_bot.sources`.

An entry point names something to call without arguments; it gives a `Source`. docs/sources.md
has a worked example.
"""

import logging
from importlib.metadata import EntryPoint, entry_points

from sources.source import Source

GROUP = "influencer_bot.sources"

log = logging.getLogger(__name__)


def installed_sources() -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """The sources that are installed beside the bot, and a sentence for each that can't be used.

    One that breaks while it is loaded takes nothing else with it.
    """
    sources: list[Source] = []
    problems: list[str] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        try:
            sources.append(_load(entry))
        except Exception as error:  # whatever a stranger's package may raise
            log.exception("The source %s can't be used", entry.name)
            said = str(error) or type(error).__name__
            problems.append(f"The installed source “{entry.name}” can't be used: {said}")
    return tuple(sources), tuple(problems)


def _load(entry: EntryPoint) -> Source:
    source = entry.load()()
    if not isinstance(source, Source):
        raise TypeError(f"{entry.value} gives no source: see docs/sources.md.")
    return source
