"""Invented creators for the playground: no real person is among them, and each says so."""

import datetime as dt
import random
from decimal import Decimal

from bot.app import Bot
from domain.creator import INVENTED, Figures, Money, Platform, ProfileSnapshot, RateDefinition
from storage import index, profile_store, profiles
from storage.models import Workspace
from storage.pools import refresh_pools

SEED = 20_261_123
HOW_MANY = 360
BATCH = 200
SAID_IN_BIO = "Invented demo creator."

_FIRST = (
    "Anna", "Mara", "Lior", "Noor", "Tomas", "Ines", "Kofi", "Yuki", "Sofia", "Elif", "Jonas",
    "Priya", "Camila", "Otto", "Amara", "Mateus", "Chloe", "Bram", "Leila", "Hana", "Diego",
    "Freya", "Nadia", "Emil", "Zuri", "Paolo", "Ingrid", "Ravi", "Marisol", "Theo",
)  # fmt: skip
_LAST = (
    "Velora", "Quill", "Marlow", "Tansy", "Orrin", "Brisk", "Lumea", "Falk", "Serrano-Vale",
    "Winterholt", "Okara", "Pell", "Ashgrove", "Ruedas", "Kestrel", "Dovey", "Halden", "Miro",
    "Sanderling", "Thistle",
)  # fmt: skip
# niche words for handle, category, and lines of a bio in several languages
_NICHES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "skin",
        "Skincare",
        (
            "Gentle skincare for sensitive skin",
            "Cuidado de la piel sin perfume",
            "Honest serum and SPF reviews",
            "Soins de la peau, peau sèche",
        ),
    ),
    (
        "glow",
        "Beauty",
        (
            "Everyday make-up in ten minutes",
            "Maquiagem e cuidados com a pele",
            "Clean beauty, tried for thirty days",
        ),
    ),
    ("bakes", "Baking", ("Sourdough and rye from a tiny kitchen", "Backen ohne Zucker")),
    ("eats", "Food", ("Weeknight vegan dinners", "Cocina fácil para familias")),
    ("moves", "Fitness", ("Strength training for beginners", "Yoga and mobility at home")),
    ("runs", "Running", ("Slow runner, long trails", "Laufen nach Feierabend")),
    ("wears", "Fashion", ("Second-hand style, capsule wardrobes", "Mode éthique et vintage")),
    ("plays", "Gaming", ("Cosy games, honest reviews", "Indie games on a small budget")),
    ("roams", "Travel", ("Trains instead of planes", "Viajes lentos por Europa")),
    ("plants", "Gardening", ("Balcony vegetables and native plants",)),
    ("codes", "Technology", ("Gadgets explained without jargon",)),
    ("family", "Parenting", ("Two kids, one small flat, many books",)),
)
_PLACES = (
    ("DE", "de"), ("US", "en"), ("GB", "en"), ("ES", "es"), ("FR", "fr"), ("BR", "pt"),
    ("PT", "pt"), ("MX", "es"), ("NL", "nl"), ("IT", "it"), ("JP", "ja"), ("IN", "en"),
)  # fmt: skip
_PLATFORMS = (Platform.INSTAGRAM, Platform.TIKTOK, Platform.YOUTUBE, Platform.BLUESKY)
_USUAL_RATE = {
    Platform.INSTAGRAM: 0.024,
    Platform.TIKTOK: 0.07,
    Platform.YOUTUBE: 0.03,
    Platform.BLUESKY: 0.02,
}
_CURRENCY = {"US": "USD", "GB": "GBP", "IN": "USD", "JP": "USD", "BR": "USD", "MX": "USD"}


def demo_profiles(today: dt.date) -> list[ProfileSnapshot]:
    """The invented profiles, the same every time but for their dates."""
    chance = random.Random(SEED)  # noqa: S311  invented figures need no secrecy
    found: dict[str, ProfileSnapshot] = {}
    while len(found) < HOW_MANY:
        profile = _invented(chance, today)
        found.setdefault(profile.handle, profile)
    return list(found.values())


def fill(bot: Bot, workspace: Workspace) -> None:
    """Store the invented creators, unless the workspace has them already."""
    database = bot.services.database
    workspace_id = workspace.id or 0
    snapshots = demo_profiles(database.now().date())
    with database.reading(workspace_id) as tx:
        if profiles.find_keys(tx, [profiles.key_of(snapshots[0])]):
            return
    for start in range(0, len(snapshots), BATCH):
        with database.writing(workspace_id) as tx:
            batch = snapshots[start : start + BATCH]
            profile_store.store(tx, batch, bot.services.vocabulary, index.pools(tx))
    refresh_pools(database, workspace_id)


def _invented(chance: random.Random, today: dt.date) -> ProfileSnapshot:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    word, category, lines = chance.choices(_NICHES, weights=[5, 3, *[2] * (len(_NICHES) - 2)])[0]
    platform = chance.choices(_PLATFORMS, weights=[6, 4, 3, 1])[0]
    country, language = chance.choice(_PLACES)
    as_of = today - dt.timedelta(days=chance.choice((3, 9, 20, 45, 80, 150, 300)))
    return ProfileSnapshot(
        platform=platform,
        handle=f"{first.lower()}_{word}{chance.choice(('', '_daily', '_atelier', '_notes'))}",
        display_name=f"{first} {last}",
        bio=f"{chance.choice(lines)}. {SAID_IN_BIO}",
        categories=(category,),
        country=country,
        language=language,
        audience_country=country if chance.random() < 0.8 else chance.choice(_PLACES)[0],
        verified=chance.random() < 0.1,
        figures=_figures(chance, platform, country),
        as_of=as_of if chance.random() < 0.95 else None,
        source=INVENTED,
    )


def _figures(chance: random.Random, platform: Platform, country: str) -> Figures:
    followers = int(10 ** chance.uniform(3.1, 5.9))
    known_rate = chance.random() < 0.85
    size_effect = (20_000 / followers) ** 0.15
    rate = round(_USUAL_RATE[platform] * size_effect * chance.lognormvariate(0, 0.6), 4)
    views = int(followers * chance.uniform(0.2, 1.4))
    by_views = platform in (Platform.TIKTOK, Platform.YOUTUBE)
    engagements = rate * (views if by_views else followers)
    fee = Decimal(max(20, round(followers * chance.uniform(0.004, 0.02) / 10) * 10))
    return Figures(
        followers=followers,
        following=int(10 ** chance.uniform(1.5, 3.5)),
        posts=chance.randint(40, 2_000),
        average_views=views if by_views else None,
        average_likes=round(engagements * 0.93) if known_rate else None,
        average_comments=round(engagements * 0.07) if known_rate else None,
        engagement_rate=min(rate, 0.4) if known_rate else None,
        rate_definition=(RateDefinition.VIEWS if by_views else RateDefinition.FOLLOWERS)
        if known_rate
        else None,
        credibility=round(chance.uniform(0.55, 0.97), 2) if chance.random() < 0.4 else None,
        fee=Money(amount=fee, currency=_CURRENCY.get(country, "EUR"))
        if chance.random() < 0.6
        else None,
    )
