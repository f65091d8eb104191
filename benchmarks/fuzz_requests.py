"""Requests that nobody should send: unsigned, spoilt, oversize, odd HTTP; and whole ones, spoilt.

Each says which answers are right. Everything comes from one `random.Random`, so that a seed
tells what was sent.
"""

import base64
import copy
import hashlib
import hmac
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

Json = dict[str, Any]

EVENTS = "/slack/events"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
LARGEST = 2 << 20


class Hostile(NamedTuple):
    """One request.

    kind: for the counts. data: all its bytes. right: statuses that are right; empty = any under
    500. may_hang_up: whether no answer but a closed connection is right, too. incomplete: whether
    the server has to wait for more.
    """

    kind: str
    data: bytes
    right: frozenset[int] = frozenset()
    may_hang_up: bool = False
    incomplete: bool = False


class Sample(NamedTuple):
    """A whole request as Slack sends it: its payload, and whether it goes as a form."""

    payload: Json
    is_form: bool


@dataclass
class Target:
    """What an attacker may know of a server, and its secrets, with which some requests are signed.

    webhooks: path → kind of shop. shop_secret: of all of them. slugs: of tracking links.
    names: every name that the bot listens to, by kind of payload.
    """

    signing_secret: str
    shop_secret: str
    samples: list[Sample]
    webhooks: dict[str, str]
    slugs: list[str]
    names: dict[str, list[str]]
    orders: list[Json] = field(default_factory=list)


WORDS = (
    "",
    " ",
    "0",
    "-1",
    "1",
    "99999999999999999999",
    "9" * 300,
    "1e999",
    "NaN",
    "12.5",
    "none",
    "1:2:3",
    ":",
    "{}",
    "[]",
    '{"a":1}',
    "<!channel> <@U0ROBO00001> <https://evil.example|click>",
    "\u202eevil\u2066",
    "\u200b\ufeff",
    "\x08\x1b[31m",
    "Z\u0351\u0346\u030a" * 40,
    "👩‍👩‍👧‍👦" * 30,
    "'; DROP TABLE creators; --",
    "%s%n{0}{x}",
    "../../../etc/passwd",
    "=1+1",
    "2026-02-31",
    "9999-12-31",
    "0000-00-00",
    "25:99",
    "Europe/Nowhere",
    "XYZ1",
    "€1.2.3,4",
    "@anna",
    "http://169.254.169.254/latest/",
    "https://[::1/",
    "a" * 254,
    "ß" * 300,
    "x" * 3_001,
    "long " * 4_000,
)
VALUES: tuple[Any, ...] = (
    *WORDS,
    None,
    True,
    False,
    0,
    -1,
    2**31,
    2**63,
    2**64,
    10**300,
    1.5,
    1e308,
    [],
    {},
    [[]],
    [None],
    ["x"],
    {"id": 1},
    {"id": "U1"},
    {"value": None},
    {"value": "x"},
    {"": ""},
    [1] * 50,
)
TEXTS = (
    "find",
    "find skincare micro in DE",
    "find for",
    "find list:x",
    "find like @",
    "show",
    "like",
    "log",
    "list",
    "lists",
    "brief",
    "brands",
    "partners",
    "shortlist add",
    "shortlist",
    "plan",
    "report",
    "digest",
    "figures",
    "sales",
    "texts",
    "weights",
    "settings",
    "handover",
    "same",
    "export",
    "import",
    "imports",
    "blocklist",
    "block",
    "look",
    "help",
    "search",
    "creator",
    "https://www.instagram.com/p/",
    "find 1k-",
    "find followers>",
    "find er>%",
    "find fee<€",
)
ODD_CHARACTERS = (
    "\x00\x01\x08\x1b\x7f\x85\u00ad\u200b\u200f\u202e\u2028\u2066\ufeff\ufffe😀'\"`<>&%\\"
)


class Requests:
    """Makes one hostile request after the other."""

    def __init__(self, target: Target, seed: int) -> None:
        self._target = target
        self._random = random.Random(seed)
        self._counter = 0
        self._kinds: list[tuple[int, Callable[[], Hostile]]] = [
            (520, self._unsigned),
            (230, self._malformed),
            (80, self._spoilt),
            (25, self._command),
            (55, self._webhook),
            (40, self._other_path),
            (40, self._odd_http),
            (10, self._oversize),
        ]
        self._weights = [weight for weight, _ in self._kinds]

    def next(self) -> Hostile:
        """One more."""
        [(_, make)] = self._random.choices(self._kinds, self._weights)
        return make()

    # to Slack's path

    def _unsigned(self) -> Hostile:
        rng, (body, kind) = self._random, self._whole()
        stamp = str(int(time.time()))
        good = _signature(self._target.signing_secret, stamp, body)
        old = str(int(time.time()) - rng.choice((400, 4_000, -400, 10**9)))
        headers = rng.choice(
            (
                {},
                {"X-Slack-Request-Timestamp": stamp},
                {"X-Slack-Signature": good},
                {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": good[:-1] + "g"},
                {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": good.upper()},
                {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": good[3:]},
                {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": "v0=" + "é" * 64},
                {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"{good}, {good}"},
                {
                    "X-Slack-Request-Timestamp": old,
                    "X-Slack-Signature": _signature(self._target.signing_secret, old, body),
                },
                {
                    "X-Slack-Request-Timestamp": rng.choice(("soon", "1e9", "²", "9" * 400, "-1")),
                    "X-Slack-Signature": good,
                },
                {
                    "X-Slack-Request-Timestamp": stamp,
                    "X-Slack-Signature": _signature("another secret", stamp, body),
                },
                {
                    "X-Slack-Request-Timestamp": stamp,
                    "X-Slack-Signature": _signature(
                        self._target.signing_secret, stamp, body + b"x"
                    ),
                },
            )
        )
        if rng.random() < 0.3:
            body = bytes(rng.randbytes(rng.randrange(200)))
            headers = {**headers, "X-Slack-Signature": "v0=" + rng.randbytes(32).hex()}
        return Hostile("unsigned", _post(EVENTS, body, kind, headers), frozenset({401}))

    def _malformed(self) -> Hostile:
        body, kind = self._random.choice(
            (self._cut, self._bytes, self._nested, self._not_an_object, self._twice_or_nul)
        )()
        return Hostile("signed, malformed", self._signed(body, kind), frozenset({400}))

    def _cut(self) -> tuple[bytes, str]:
        """JSON that ends too early."""
        sample = self._random.choice(self._target.samples)
        text = json.dumps(sample.payload)
        return text[: self._random.randrange(len(text) - 1)].encode(), JSON

    def _bytes(self) -> tuple[bytes, str]:
        """A byte that is no UTF-8, anywhere."""
        sample = self._random.choice(self._target.samples)
        body = bytearray(json.dumps(sample.payload).encode())
        body[self._random.randrange(1, len(body))] = self._random.choice((0xFF, 0xC0, 0xED, 0x80))
        return bytes(body), JSON

    def _nested(self) -> tuple[bytes, str]:
        depth = self._random.choice((101, 500, 5_000, 100_000))
        opening, closing = self._random.choice((("[", "]"), ('{"a":', "}")))
        inner = opening * depth + "1" + closing * depth
        return self._random.choice(
            (
                (b'{"type":"event_callback","x":' + inner.encode() + b"}", JSON),
                (b"payload=" + quote('{"type":"block_actions","x":' + inner + "}").encode(), FORM),
                (inner.encode(), JSON),
            )
        )

    def _not_an_object(self) -> tuple[bytes, str]:
        rng = self._random
        alone = rng.choice(
            ("", "null", "5", '"x"', "[]", "{}", "NaN", "[" * 9, '{"type":NaN}', "\ufeff{}",
             "{'a':1}", '{"type":' + "9" * 5_000 + "}",
             '{"type":"nothing"}', '{"type":["event_callback"]}')
        )  # fmt: skip
        if rng.random() < 0.5:
            return alone.encode(), JSON
        forms = (b"payload=" + quote(alone).encode(), b"a=1" * 10 + b"&b", alone.encode() or b"&&")
        return rng.choice(forms), FORM

    def _twice_or_nul(self) -> tuple[bytes, str]:
        """A NUL or half a character in the text, or parts that Bolt would trip over."""
        rng, sample = self._random, self._random.choice(self._target.samples)
        odd = rng.choice((r'"\u0000"', r'"\ud800"', r'"\udfff x"', '"a\x00b"'))
        text = json.dumps({**sample.payload, "odd": 1}).replace('"odd": 1', f'"odd": {odd}')
        if rng.random() < 0.5 or "command" in sample.payload:
            return text.encode(), JSON
        return b"payload=" + quote(text).encode(), FORM

    def _spoilt(self) -> Hostile:
        """A whole request of which one to four parts are wrong; signed."""
        rng = self._random
        payload = self._fresh(self._sample_or_made_up())
        for _ in range(rng.randrange(1, 5)):
            _spoil(payload, rng)
        if "command" in payload:
            flat = {name: value for name, value in payload.items() if isinstance(value, str)}
            return Hostile("signed, spoilt", self._signed(_form(flat), FORM))
        text = json.dumps(payload)
        if rng.random() < 0.05 and '"type"' in text:
            text = text.replace('"type"', '"type": 5, "type"', 1)
        is_event = payload.get("type") == "event_callback"
        if is_event != (rng.random() < 0.02):
            return Hostile("signed, spoilt", self._signed(text.encode(), JSON))
        return Hostile(
            "signed, spoilt", self._signed(b"payload=" + quote(text).encode("utf-8"), FORM)
        )

    def _command(self) -> Hostile:
        """A whole command with hostile words: it has to be answered."""
        rng = self._random
        commands = [one.payload for one in self._target.samples if "command" in one.payload]
        payload = self._fresh(rng.choice(commands))
        payload["text"] = self._words()
        body = _form(payload)
        right = frozenset({400 if "\0" in payload["text"] else 200})
        return Hostile("signed, a command", self._signed(body, FORM), right)

    def _words(self) -> str:
        rng = self._random
        parts = [rng.choice((*TEXTS, *self._target.names["command"]))]
        for _ in range(rng.randrange(4)):
            parts.append(rng.choice(WORDS) if rng.random() < 0.7 else self._characters())
        return " ".join(parts)[:9_000]

    def _characters(self) -> str:
        rng = self._random
        anywhere = [chr(rng.randrange(1, 0xD800)) for _ in range(rng.randrange(8))]
        return "".join([*anywhere, *rng.choices(ODD_CHARACTERS, k=rng.randrange(4))])

    def _oversize(self) -> Hostile:
        rng = self._random
        path = rng.choice((EVENTS, *self._target.webhooks))
        stated = rng.choice((LARGEST + 1, 10**9, 10**18))
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {JSON}\r\n"
        if rng.random() < 0.9:
            data = f"{head}Content-Length: {stated}\r\n\r\n".encode() + b"x" * rng.randrange(3_000)
            return Hostile("oversize", data, frozenset({413}))
        chunks = b"".join(b"10000\r\n" + b"x" * 65_536 + b"\r\n" for _ in range(33))
        data = f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunks
        return Hostile("oversize", data, frozenset({413}), may_hang_up=True)

    # to other paths

    def _webhook(self) -> Hostile:
        rng = self._random
        path, shop = rng.choice(list(self._target.webhooks.items()))
        payload = copy.deepcopy(rng.choice(self._target.orders))
        for _ in range(rng.randrange(3)):
            _spoil(payload, rng)
        body = json.dumps(payload).encode()
        if rng.random() < 0.15:
            body = rng.choice((b"", b"[]", b"{", b"\xff", b"[" * 90_000, b'{"id":' + b"9" * 6_000))
        self._counter += 1
        topic = rng.choice(("orders/paid", "orders/create", "refunds/create", "order.created", "x"))
        secret = self._target.shop_secret if rng.random() < 0.6 else "another"
        headers = _shop_headers(shop, secret, body, topic, f"{rng.random()}")
        if rng.random() < 0.1:
            headers = dict.fromkeys(headers, rng.choice(WORDS[:20]).encode().decode("latin-1"))
            headers = {name: _one_line(value) for name, value in headers.items()}
        if rng.random() < 0.1:
            path = path[: rng.randrange(1, len(path))]
        right = frozenset({200, 400, 401, 404, 405})
        return Hostile("a webhook", _post(path, body, JSON, headers), right)

    def _other_path(self) -> Hostile:
        rng = self._random
        path = rng.choice(
            (
                "/",
                "/healthz",
                "/readyz",
                "/metrics",
                "/slack/install",
                "/slack/oauth_redirect",
                f"/slack/oauth_redirect?code={quote(rng.choice(WORDS))}&state={quote(rng.choice(WORDS))}",
                f"/slack/oauth_redirect?state={int(time.time())}.{'a' * 22}.{'b' * 43}&code=x",
                f"/slack/events?ssl_check={rng.randrange(3)}",
                f"/r/{quote(rng.choice(WORDS), safe='')[:3_000]}",
                f"/r/{rng.choice(self._target.slugs)}",
                f"/r/{rng.choice(self._target.slugs)}/../../webhooks/shopify",
                f"/webhooks/{quote(rng.choice(WORDS), safe='')[:3_000]}/x",
                "/webhooks/shopify/" + "a" * 40,
                "/%00%ff%c0%ae",
                "/" + quote(bytes(rng.randbytes(20))),
                "//slack/events",
                "/slack/../slack/events",
                "http://[",
                "http://[::1]:99999/slack/events",
                "*",
            )
        )
        method = rng.choice(
            ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "X")
        )
        cookie = rng.choice(("", "a=b", "__Host-influencer-install=" + "a" * 43, ";;;=", "é=é"))
        agent = rng.choice(("Mozilla/5.0", "", "curl/8", "x" * 900))
        head = f"{method} {path[:4_000]} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n"
        head += f"User-Agent: {agent}\r\nContent-Length: 0\r\n\r\n"
        return Hostile("another path", head.encode())

    # odd HTTP

    def _odd_http(self) -> Hostile:
        make = self._random.choice(
            (self._garbage, self._odd_lengths, self._chunked, self._smuggled, self._large_headers)
        )
        return make()

    def _garbage(self) -> Hostile:
        rng = self._random
        data = rng.choice(
            (
                bytes(rng.randbytes(rng.randrange(1, 400))),
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + rng.randbytes(60),
                b"GET / HTTP/9.9",
                b"GET\r\n",
                b"get / HTTP/1.1\r\nHost: x",
                b"POST /slack/events\r\nX",
                b"POST  /slack/events HTTP/1.1\r\nHost: x",
                b"GET / HTTP/1.1\nHost: x\n",
                b"GET / HTTP/1.1\r\n Host: x",
                b"GET / HTTP/1.1\r\nHost : x",
                b"GET / HTTP/1.1\r\n: x",
                b"GET / HTTP/1.1\r\nX: \x00\x01\xff",
                b"GET /\xff\xfe HTTP/1.1\r\nHost: \xff",
                b"PRI * HTTP/2.0\r\n\r\nSM",
                b"CONNECT evil.example:443 HTTP/1.1",
            )
        )
        return Hostile("odd HTTP: garbage", data + b"\r\n\r\n", may_hang_up=True)

    def _odd_lengths(self) -> Hostile:
        rng = self._random
        length = rng.choice(
            (
                "-1",
                "+5",
                "5, 5",
                "5\r\nContent-Length: 6",
                "0x5",
                "5 5",
                "",
                "9" * 5_000,
                "1e3",
                "²",
            )
        )
        head = f"POST {EVENTS} HTTP/1.1\r\nHost: x\r\nContent-Type: {JSON}\r\n"
        data = f"{head}Content-Length: {length}\r\n\r\n{{}}xx".encode()
        return Hostile("odd HTTP: lengths", data, frozenset({400, 401, 411, 413}))

    def _chunked(self) -> Hostile:
        rng, (body, kind) = self._random, self._whole()
        size = rng.choice(
            (f"{len(body):x}", f"{len(body):X};a=b", "-1", "zz", "0x5", "", "_1", "+5", " 5")
        )
        if rng.random() < 0.02:
            size = "f" * 40
        end = rng.choice((b"\r\n0\r\n\r\n", b"\n0\r\n\r\n", b"0\r\n\r\n", b"\r\n0\r\nX: y\r\n\r\n"))
        coding = rng.choice(
            ("chunked", "CHUNKED", "gzip, chunked", "identity", "chunked, x", "xchunked")
        )
        head = f"POST {EVENTS} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n"
        data = f"{head}Transfer-Encoding: {coding}\r\n\r\n{size}\r\n".encode() + body + end
        right = frozenset({400, 401, 413})
        return Hostile("odd HTTP: chunked", data, right, incomplete=size.startswith("ff"))

    def _smuggled(self) -> Hostile:
        rng = self._random
        inner = f"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Inner: {rng.random()}\r\n\r\n"
        version = rng.choice(("1.1", "1.0"))
        coding = rng.choice(
            ("Transfer-Encoding: chunked", "Transfer-Encoding : chunked",
             "Transfer-Encoding:\x0bchunked", "Transfer_Encoding: chunked",
             "X: y\r\nTransfer-Encoding: chunked", "transfer-encoding: chunked")
        )  # fmt: skip
        body = f"0\r\n\r\n{inner}"
        head = f"POST {EVENTS} HTTP/{version}\r\nHost: x\r\nContent-Type: {JSON}\r\n"
        head += f"Content-Length: {len(body)}\r\n{coding}\r\n\r\n"
        return Hostile("odd HTTP: smuggled", (head + body).encode("latin-1"), frozenset({400, 401}))

    def _large_headers(self) -> Hostile:
        rng = self._random
        many = rng.choice(
            (
                "".join(f"X-{n}: y\r\n" for n in range(rng.choice((100, 3_000)))),
                f"X: {'y' * rng.choice((1_000, 40_000, 300_000))}\r\n",
                f"Cookie: {'a=b; ' * rng.choice((100, 20_000))}\r\n",
                f"X-Slack-Signature: {'v' * 30_000}\r\n",
                "X: y\r\n" * 50 + "Host: x\r\n" * 50,
            )
        )
        data = f"POST {EVENTS} HTTP/1.1\r\nHost: x\r\n{many}Content-Type: {JSON}\r\n"
        data += "Content-Length: 2\r\n\r\n{}"
        return Hostile("odd HTTP: headers", data.encode(), frozenset({400, 401, 431}))

    # parts

    def _whole(self) -> tuple[bytes, str]:
        sample = self._random.choice(self._target.samples)
        payload = self._fresh(sample.payload)
        if "command" in payload:
            return _form(payload), FORM
        text = json.dumps(payload)
        if sample.is_form:
            return b"payload=" + quote(text).encode(), FORM
        return text.encode(), JSON

    def _sample_or_made_up(self) -> Json:
        """What was really sent, or the same for any other name that is listened to."""
        rng = self._random
        payload = copy.deepcopy(rng.choice(self._target.samples).payload)
        if rng.random() < 0.5:
            return payload
        kind = payload.get("type")
        if kind == "block_actions":
            payload["actions"][0]["action_id"] = rng.choice(self._target.names["action"])
            payload["actions"][0]["value"] = rng.choice(("1", "2", "1:2", *WORDS))
        elif kind in ("view_submission", "view_closed"):
            payload["view"]["callback_id"] = rng.choice(self._target.names["view"])
        elif kind == "event_callback" and "function" in payload["event"]:
            payload["event"]["function"]["callback_id"] = rng.choice(self._target.names["step"])
            payload["event"]["inputs"] |= {"words": self._words(), "creator": rng.choice(VALUES)}
        elif kind == "event_callback":
            payload["event"]["type"] = rng.choice(self._target.names["event"])
        return payload

    def _fresh(self, payload: Json) -> Json:
        """Under a key of its own: a repeat would only be answered again."""
        self._counter += 1
        made = copy.deepcopy(payload)
        unique = f"{self._random.getrandbits(48):x}.{self._counter}"
        for name in ("trigger_id", "event_id"):
            if name in made:
                made[name] = unique
        if isinstance(made.get("view"), dict) and "hash" in made["view"]:
            made["view"]["hash"] = unique
        if isinstance(made.get("event"), dict) and "function_execution_id" in made["event"]:
            made["event"]["function_execution_id"] = unique
        return made

    def _signed(self, body: bytes, kind: str) -> bytes:
        stamp = str(int(time.time()))
        headers = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": _signature(self._target.signing_secret, stamp, body),
        }
        return _post(EVENTS, body, kind, headers)


def _spoil(payload: Any, rng: random.Random) -> None:
    """Remove, replace or add one part, anywhere; JSON in text is spoilt inside, too."""
    node = payload
    while True:
        inner = [
            child
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list) and child
        ]
        if not inner or rng.random() < 0.25:
            break
        node = rng.choice(inner)
    if isinstance(node, list):
        if node and rng.random() < 0.5:
            node[rng.randrange(len(node))] = copy.deepcopy(rng.choice(VALUES))
        else:
            node.append(copy.deepcopy(rng.choice(VALUES)))
        return
    name = rng.choice(sorted(node)) if node else "x"
    if rng.random() < 0.25:
        node.pop(name, None)
        return
    node[name] = _spoilt_value(node.get(name), rng)


def _spoilt_value(value: Any, rng: random.Random) -> Any:
    if isinstance(value, str) and rng.random() < 0.5:
        if value[:1] in ("{", "["):
            try:
                inside = json.loads(value)
            except ValueError:
                return value[:-1]
            if inside:
                _spoil(inside, rng)
            return json.dumps(inside)
        head, colon, _ = value.partition(":")
        return head + colon + str(rng.choice(WORDS)) if colon else rng.choice(WORDS)
    return copy.deepcopy(rng.choice(VALUES))


def _signature(secret: str, stamp: str, body: bytes) -> str:
    text = b"v0:" + stamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def _shop_headers(shop: str, secret: str, body: bytes, topic: str, number: str) -> dict[str, str]:
    mac = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    if shop == "shopify":
        return {
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": base64.b64encode(mac).decode(),
            "X-Shopify-Webhook-Id": number,
        }
    if shop == "woocommerce":
        return {
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Signature": base64.b64encode(mac).decode(),
            "X-WC-Webhook-Delivery-ID": number,
        }
    return {"Dub-Signature": mac.hex()}


def _one_line(value: str) -> str:
    return "".join(each for each in value if each.isprintable() and ord(each) < 256)[:200]


def _form(payload: Json) -> bytes:
    return urlencode(payload, errors="surrogatepass").encode()


def _post(path: str, body: bytes, kind: str, headers: dict[str, str]) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Type: {kind}"]
    lines += [f"Content-Length: {len(body)}", *(f"{name}: {v}" for name, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body
