"""The marks of the search language: what each looks like, and an example to show."""

import re

STRAIGHT = str.maketrans(dict.fromkeys("“”„‟«»＂", '"') | dict.fromkeys("‘’‚‛", "'"))
SIGN = r"(?P<sign>>=|<=|=>|=<|≥|≤|>|<|:|=)"
_DIGITS = r"(?:[^\s\",;]|,(?=\d))*"
NUMBER = rf"(?P<value>{_DIGITS}(?:\s*(?:[-–—]|\.\.+|\bto\b)\s*\d{_DIGITS})?)"
FOLLOWERS = re.compile(rf"(?:followers?|subscribers?|subs)\s*{SIGN}\s*{NUMBER}", re.IGNORECASE)
BARE_FOLLOWERS = re.compile(
    r"(?P<value>\d[\d.,]*[km]?\s?(?:[-–—]|\.\.+|to\b)\s?\d[\d.,]*[km]|\d[\d.,]*[km]\+)(?!\w)"
    r"(?:\s*followers\b)?",
    re.IGNORECASE,
)
SAID_FOLLOWERS = re.compile(
    r"(?P<word>over|more than|at least|under|below|less than|at most|up to)\s+"
    r"(?P<value>-?\d[\d.,]*[kmb]?)\s*(?:followers|subscribers|subs)\b",
    re.IGNORECASE,
)
RATE = re.compile(
    rf"(?:er|eng|engagement(?:[\s-]?rate)?)\s*{SIGN}\s*{NUMBER}(?P<percent>\s*%)?", re.IGNORECASE
)
CURRENCY_WORDS = {
    **dict.fromkeys(("euro", "euros"), "EUR"),
    **dict.fromkeys(("dollar", "dollars", "bucks"), "USD"),
    **dict.fromkeys(("pound", "pounds"), "GBP"),
}
PRICE = re.compile(
    r"(?:(?:fee|price|cost|budget)\s*(?:<=?|≤|:|=)|budget(?:\s+of)?\b"
    r"|(?:(?:fee|price|cost|budget)s?\s+)?(?:under|below|less than|cheaper than|at most|up to|"
    r"max|unter|menos de|moins de)\b:?|<(?!@)=?|≤)\s*"
    r"(?P<amount>(?P<sign>[^\s\d\"<>:;,.+-]{0,4})\s?"
    r"[-−]?\d(?:[\d.,]|(?<=\d)[ ’'](?=\d{3}\b))*[km]?)"
    r"(?P<rest>[^\s\",;)]*)(?:\s(?P<word>[^\W\d_]{3,7}|[€£$¥₹])(?!\w))?",
    re.IGNORECASE,
)
UNSIGNED_RATE = re.compile(
    r"(?:er|engagement(?:[\s-]?rate)?)\s+(?P<value>\d[\d.,]*)\s*%", re.IGNORECASE
)
CUT_OFF = re.compile(
    r"(?P<word>under|below|over|above|less than|more than|at least|at most|up to|cheaper than|er|"
    r"engagement rate)\s*[:=<>]*\s*$",
    re.IGNORECASE,
)
KEY = re.compile(r"(?P<key>[a-z]+(?:[-_][a-z]+)*)\s*[:=]\s*(?!//)", re.IGNORECASE)
AUDIENCE_SAID = re.compile(r"audience\s+(?:in|from|speaking|speaks)\s+", re.IGNORECASE)
FOR = re.compile(r"for(?:\s+|$)", re.IGNORECASE)
BAD_NUMBER = re.compile(r"[-−]\s?\d\S*|\d+(?:\.\d+)?e[+-]?\d+\b", re.IGNORECASE)
LINK = re.compile(r"(?:https?://|(?:[\w-]+\.)+[a-z]{2,}/)[^\s\"<>]+", re.IGNORECASE)
MENTION = re.compile(r"<@([^<>|]+)(?:\|[^<>]*)?>")
PAIRED_SINGLES = re.compile(r"(?:^|(?<=[\s:=]))'((?:[^'\"]|'(?=\w))+)'(?=[\s,;]|$)")
EXCLUDED = re.compile(
    r"(?:[-−](?=[^\W\d]|\")|(?:not|without|except)\s+(?=\S))(?P<what>\"[^\"]*\"?|[^\s\",;]+)",
    re.IGNORECASE,
)
LEAST_PRICE = re.compile(
    r"(?:(?:over|above|more than|at least|min|from)\s+(?:[€£$¥₹]\s?\d\S*"
    r"|\d[\d.,]*k?\s?(?:[€£$¥₹]|(?:eur|usd|gbp|euros?|dollars?|pounds?)\b))"
    r"|(?:fee|price|cost)\s*(?:>=?|≥)\s*\S+|>=?\s*[€£$¥₹]\s?\d\S*)",
    re.IGNORECASE,
)
BARE_LEAST = re.compile(
    r"(?:over|above|more than|at least|min)\s+"
    r"(?P<value>\d{3,}|\d[\d.,]*[km]|\d+(?:[.,]\d{3})+)"
    r"(?![\w%.,])(?!\s*(?:followers|subscribers|subs|eur|usd|gbp|euros?|dollars?|pounds?|bucks)\b)",
    re.IGNORECASE,
)
CHANNEL = re.compile(r"<#[^<>]*>")
QUOTED = re.compile(r"\"([^\"]*)\"?")
PLAIN = re.compile(r"(?:<@[^<>]*>|[^\s\"])+")
CHUNK = re.compile(r"[🇦-🇿]{2}|(?:<@[^<>]*>|[^\s\",;/|&+()\[\]{}!?…·•🇦-🇿])+")
SPACE = re.compile(r"[\s,;/|&+()\[\]{}!?…·•]+")
LONGEST_PLACE = 5

KEYS: dict[str, str] = {
    **dict.fromkeys(("country", "from", "in", "location"), "country"),
    **dict.fromkeys(("lang", "language", "speaks", "speaking"), "language"),
    **dict.fromkeys(("audience", "aud"), "audience"),
    **dict.fromkeys(("platform", "on"), "platform"),
    **dict.fromkeys(("tier", "size"), "tier"),
    **dict.fromkeys(("niche", "topic", "category"), "niche"),
    **dict.fromkeys(("tag", "tags"), "tag"),
    **dict.fromkeys(("list", "import"), "list"),
    **dict.fromkeys(("owner", "owned-by"), "owner"),
    **dict.fromkeys(("brief", "for"), "brief"),
}
MORE = frozenset({"over", "more than", "at least"})
INCLUDED = frozenset({"at least", "at most", "up to"})


EXAMPLES = {
    **{key: "country:DE" for key, meaning in KEYS.items() if meaning == "country"},
    **{key: "lang:es" for key, meaning in KEYS.items() if meaning == "language"},
    **{key: "audience:brazil" for key, meaning in KEYS.items() if meaning == "audience"},
    **{key: "platform:tiktok" for key, meaning in KEYS.items() if meaning == "platform"},
    **{key: "tier:micro" for key, meaning in KEYS.items() if meaning == "tier"},
    **{key: "niche:skincare" for key, meaning in KEYS.items() if meaning == "niche"},
    **{key: "tag:vip" for key, meaning in KEYS.items() if meaning == "tag"},
    **{key: 'list:"March import"' for key, meaning in KEYS.items() if meaning == "list"},
    **{key: "owner:me" for key, meaning in KEYS.items() if meaning == "owner"},
    **{key: 'for "Spring launch"' for key, meaning in KEYS.items() if meaning == "brief"},
}
