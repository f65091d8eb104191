"""Headers that mean one thing here and another there, lie, or speak other languages."""

from tests.trap_files import Trap
from tests.trap_tables import (
    FOLLOWERS,
    HANDLES,
    KNOWN,
    LIKES,
    NAMES,
    RATES,
    grouped,
    percents,
    table,
    text_trap,
    truth,
)


def headers() -> list[Trap]:
    """Headers that mean one thing here and the opposite there, or lie."""
    base = {"Followers": FOLLOWERS}
    counts = truth(followers=FOLLOWERS)
    return [
        text_trap(
            "“instagram name” is the handle",
            table({"instagram name": HANDLES, "name": NAMES, **base}),
            KNOWN,
        ),
        text_trap(
            "“instagram name” is the display name",
            table({"instagram name": NAMES, "name": HANDLES, **base}),
            KNOWN,
        ),
        text_trap(
            "“username” holds names and “full name” handles",
            table({"username": NAMES, "full name": HANDLES, **base}),
            KNOWN,
            "username",
        ),
        text_trap(
            "“Channel” and “Title” swapped",
            table({"Channel": NAMES, "Title": HANDLES, **base}),
            KNOWN,
        ),
        text_trap(
            "followers and country swapped",
            table({"handle": HANDLES, "followers": ["Spain"] * 8, "country": FOLLOWERS}),
            truth(followers=FOLLOWERS, country=["ES"] * 8),
            "followers",
            "country",
        ),
        text_trap(
            "“email” holds links",
            table(
                {
                    "handle": HANDLES,
                    "email": [f"https://www.instagram.com/{h}/" for h in HANDLES],
                    **base,
                }
            ),
            counts,
            "email",
        ),
        text_trap(
            "“engagement rate” holds counts",
            table({"handle": HANDLES, **base, "engagement rate": [int(x) for x in LIKES]}),
            truth(followers=FOLLOWERS, average_engagements=LIKES),
            "counts",
        ),
        text_trap(
            "“engagement” holds percentages",
            table({"handle": HANDLES, **base, "avg engagement": percents()}),
            truth(followers=FOLLOWERS, engagement_rate=RATES),
        ),
        text_trap(
            "“likes” holds rates",
            table({"handle": HANDLES, **base, "avg likes": percents()}),
            truth(followers=FOLLOWERS, average_likes=[None] * 8),
            "avg likes",
        ),
        text_trap(
            "“verified” holds countries",
            table({"handle": HANDLES, "verified": ["Spain", "France"] * 4, **base}),
            counts,
            "verified",
        ),
        text_trap(
            "emoji in headers",
            table(
                {
                    "📸 Instagram": HANDLES,
                    "👤 Name": NAMES,
                    "❤️ Followers": FOLLOWERS,
                    "📈 ER": percents(),
                }
            ),
            truth(display_name=NAMES, followers=FOLLOWERS, engagement_rate=RATES),
        ),
        text_trap(
            "headers with line breaks, blanks and stars",
            table({" Username *": HANDLES, "Full\nName": NAMES, "Followers\n(total)": FOLLOWERS}),
            KNOWN,
        ),
        text_trap(
            "headers that shout with units",
            table(
                {
                    "USERNAME": HANDLES,
                    "FULL_NAME": NAMES,
                    "FOLLOWER_COUNT (#)": FOLLOWERS,
                    "ENG. RATE (%)": percents(sign=""),
                }
            ),
            truth(display_name=NAMES, followers=FOLLOWERS, engagement_rate=RATES),
        ),
        text_trap(
            "a header with a note in it",
            table(
                {
                    "Influencer Handle (without @)": HANDLES,
                    "Full Name (first last)": NAMES,
                    "Followers (as of March)": FOLLOWERS,
                }
            ),
            KNOWN,
        ),
        text_trap(
            "“IG Handle” and “IG Followers”",
            table(
                {
                    "IG Handle": HANDLES,
                    "Creator Name": NAMES,
                    "IG Followers": FOLLOWERS,
                    "IG ER": percents(),
                },
            ),
            truth(display_name=NAMES, followers=FOLLOWERS, engagement_rate=RATES),
            file_name="list.csv",
        ),
        text_trap(
            "fake followers are the inverse of credibility",
            table(
                {
                    "handle": HANDLES,
                    "fake followers %": ["12", "30", "8", "5", "22", "17", "3", "9"],
                    "audience credibility": [
                        "88%",
                        "70%",
                        "92%",
                        "95%",
                        "78%",
                        "83%",
                        "97%",
                        "91%",
                    ],
                }
            ),
            truth(
                fake_follower_share=[0.12, 0.3, 0.08, 0.05, 0.22, 0.17, 0.03, 0.09],
                credibility=[0.88, 0.7, 0.92, 0.95, 0.78, 0.83, 0.97, 0.91],
            ),
        ),
        text_trap(
            "first and last name apart",
            table(
                {
                    "First Name": [n.split()[0] for n in NAMES],
                    "Last Name": [" ".join(n.split()[1:]) or "-" for n in NAMES],
                    "Instagram": HANDLES,
                    "Followers": FOLLOWERS,
                }
            ),
            truth(display_name=[*NAMES], followers=FOLLOWERS),
        ),
    ]


def languages() -> list[Trap]:
    """Headers and values in other languages."""
    likes = [f"{int(x):,}".replace(",", ".") for x in LIKES]
    facts = truth(
        display_name=NAMES,
        followers=FOLLOWERS,
        engagement_rate=RATES,
        average_likes=LIKES,
        country=["DE", "ES", "BR", "FR"] * 2,
        verified=[True, False] * 4,
        language=["de", "es", "pt", "fr"] * 2,
    )
    spoken = {
        "Spanish": (
            "Usuario;Nombre completo;Seguidores;Tasa de interacción;Me gusta promedio;País;"
            "Verificado;Idioma",
            ["Alemania", "España", "Brasil", "Francia"],
            ["sí", "no"],
            ["alemán", "español", "portugués", "francés"],
        ),
        "Portuguese": (
            "Usuário;Nome completo;Seguidores;Taxa de engajamento;Média de curtidas;País;"
            "Verificado;Idioma",
            ["Alemanha", "Espanha", "Brasil", "França"],
            ["sim", "não"],
            ["alemão", "espanhol", "português", "francês"],
        ),
        "German": (
            "Benutzername;Vollständiger Name;Follower;Engagement-Rate;Durchschnittliche Likes;"
            "Land;Verifiziert;Sprache",
            ["Deutschland", "Spanien", "Brasilien", "Frankreich"],
            ["ja", "nein"],
            ["Deutsch", "Spanisch", "Portugiesisch", "Französisch"],
        ),
        "French": (
            "Nom d'utilisateur;Nom complet;Abonnés;Taux d'engagement;Likes moyens;Pays;"
            "Vérifié;Langue",
            ["Allemagne", "Espagne", "Brésil", "France"],
            ["oui", "non"],
            ["allemand", "espagnol", "portugais", "français"],
        ),
    }
    traps = []
    for tongue, (header, lands, yes_no, tongues) in spoken.items():
        columns = zip(
            header.split(";"),
            (
                HANDLES,
                NAMES,
                grouped("."),
                percents(",", " %"),
                likes,
                lands * 2,
                yes_no * 4,
                tongues * 2,
            ),
            strict=True,
        )
        latin = [n.replace("花子 ", "") for n in NAMES]
        plain = dict(columns)
        for encoding in ("utf-8", "cp1252"):
            cells = plain
            if encoding == "cp1252":
                cells = {h: latin if c is NAMES else c for h, c in plain.items()}
            known = (
                facts
                if encoding == "utf-8"
                else {
                    h: {**f, "display_name": n}
                    for (h, f), n in zip(facts.items(), latin, strict=True)
                }
            )
            traps.append(
                text_trap(
                    f"{tongue} in {encoding}", table(cells, ";", "\r\n"), known, encoding=encoding
                )
            )
    return traps
