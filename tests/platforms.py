"""Bluesky for a test: invented accounts over HTTP, in the form in which Bluesky answers.

Its accounts can change, go and opt out; it can be told to fail, or to wait until it is let go.
"""

import json
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.specifications import wrong

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Invented:
    """An account. likes: of each of its posts."""

    handle: str
    name: str
    bio: str
    followers: int = 20_000
    likes: int = 900
    did: str = ""
    labels: tuple[str, ...] = ()

    @property
    def native_id(self) -> str:
        return self.did or f"did:plc:{self.handle.replace('.', '')}"


SKINCARE = (
    Invented("glowbyida.bsky.social", "Ida Lindqvist", "Skincare routines for dry skin", 42_000),
    Invented("dermabe.bsky.social", "Dr Bea", "Skincare without myths", 88_000, 4_000),
    Invented("spfsam.bsky.social", "Sam", "skincare & sunscreen every day", 9_500, 700),
    Invented("bigskin.bsky.social", "Big Skin", "skincare news", 900_000, 100),
    Invented("bakery.bsky.social", "Bakery", "bread and cakes", 30_000),
    Invented("owls.bsky.social", "Owls", "falconry with owls", 30_000),
)


@dataclass
class Bluesky:
    """A running stand-in.

    calls: by method, how often. wrong: what Bluesky's specification says against the requests that
    came. gate: closed, all wait.
    """

    server: ThreadingHTTPServer
    accounts: dict[str, Invented]
    calls: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    fails: tuple[int, dict[str, str], bytes] | None = None
    gate: threading.Event = field(default_factory=threading.Event)
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    replies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    def start(cls, accounts: tuple[Invented, ...] = SKINCARE) -> "Bluesky":
        server = ThreadingHTTPServer((LOOPBACK, 0), _Handler)
        here = cls(server, {one.native_id: one for one in accounts})
        here.gate.set()
        server.platform = here  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return here

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.server.server_address[1]}/"

    def stop(self) -> None:
        self.gate.set()
        self.server.shutdown()
        self.server.server_close()

    def add(self, one: Invented) -> None:
        self.accounts[one.native_id] = one

    def change(self, handle: str, /, **facts: Any) -> None:
        """An account is another from now on, in some respect."""
        known = self.of(handle)
        assert known is not None
        kept = known.native_id
        self.accounts[kept] = replace(known, did=kept, **facts)

    def publish(
        self, handle: str, code: str, text: str, at: str, **counts: int | list[dict[str, Any]]
    ) -> str:
        """Show a post from now on, or change it; gives its link. at: ISO date and time."""
        known = self.of(handle)
        assert known is not None
        post = _post(known, 0)
        post["uri"] = f"at://{known.native_id}/app.bsky.feed.post/{code}"
        post["record"] |= {"text": text, "createdAt": at}
        self.posts[post["uri"]] = {**post, "repostCount": 0, **counts}
        return f"https://bsky.app/profile/{handle}/post/{code}"

    def comment(self, code: str, *texts: str) -> None:
        """People write under a post."""
        under = self.replies.setdefault(code, [])
        for text in texts:
            number = len(under)
            post = _post(Invented(f"fan{number}.bsky.social", "Fan", ""), number % 9)
            post["uri"] += f"to{code}"
            post["record"] = post["record"] | {"text": text, "langs": []}
            under.append({"post": post})

    def unpublish(self, code: str) -> None:
        """A post is deleted."""
        self.posts = {uri: one for uri, one in self.posts.items() if not uri.endswith(code)}

    def remove(self, handle: str) -> None:
        known = self.of(handle)
        assert known is not None
        del self.accounts[known.native_id]

    def of(self, actor: str) -> Invented | None:
        return next(
            (one for one in self.accounts.values() if actor in (one.handle, one.native_id)), None
        )

    def answer(self, method: str, asked: dict[str, list[str]]) -> tuple[int, Any]:
        """What Bluesky says to one call."""
        self.calls[method] += 1
        if method == "app.bsky.actor.searchActors":
            wanted = asked["q"][0].lower()
            found = [one for one in self.accounts.values() if wanted in one.bio.lower()]
            return 200, {"actors": [_profile(one, counts=False) for one in found]}
        if method == "app.bsky.actor.getProfiles":
            found = [one for actor in asked["actors"] if (one := self.of(actor))]
            return 200, {"profiles": [_profile(one) for one in found]}
        if method == "app.bsky.feed.getPosts":
            return 200, {"posts": [self.posts[u] for u in asked["uris"] if u in self.posts]}
        if method == "app.bsky.feed.getPostThread":
            return self._thread(asked["uri"][0])
        return self._of_one(method, asked["actor"][0])

    def _thread(self, uri: str) -> tuple[int, Any]:
        if uri not in self.posts:
            return 400, {"error": "NotFound", "message": "Post not found"}
        replies = self.replies.get(uri.rpartition("/")[2], [])
        return 200, {"thread": {"post": self.posts[uri], "replies": replies}}

    def _of_one(self, method: str, actor: str) -> tuple[int, Any]:
        one = self.of(actor)
        if one is None:
            return 400, {"error": "InvalidRequest", "message": "Profile not found"}
        if method == "app.bsky.actor.getProfile":
            return 200, _profile(one)
        if method == "app.bsky.feed.getAuthorFeed":
            return 200, {"feed": [{"post": _post(one, number)} for number in range(6)]}
        return 404, {"error": "MethodNotImplemented"}


def _profile(one: Invented, *, counts: bool = True) -> dict[str, Any]:
    profile: dict[str, Any] = {
        "did": one.native_id,
        "handle": one.handle,
        "displayName": one.name,
        "description": one.bio,
        "labels": [{"src": one.native_id, "uri": "at://x", "val": v} for v in one.labels],
        "indexedAt": "2026-01-01T00:00:00.000Z",
    }
    if counts:
        profile |= {"followersCount": one.followers, "followsCount": 300, "postsCount": 800}
    return profile


def _post(one: Invented, number: int) -> dict[str, Any]:
    return {
        "uri": f"at://{one.native_id}/app.bsky.feed.post/3k{number}",
        "cid": f"bafy{number}",
        "author": {"did": one.native_id, "handle": one.handle},
        "record": {
            "$type": "app.bsky.feed.post",
            "text": f"{one.bio}, part {number}",
            "langs": ["en"],
            "createdAt": f"2026-01-0{number + 1}T08:00:00.000Z",
        },
        "likeCount": one.likes,
        "replyCount": one.likes // 20,
        "repostCount": one.likes // 40,
        "quoteCount": 0,
        "indexedAt": f"2026-01-0{number + 1}T08:00:01.000Z",
    }


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        platform: Bluesky = self.server.platform  # type: ignore[attr-defined]
        platform.gate.wait(30)
        parts = urlsplit(self.path)
        platform.wrong += wrong(parts.path, parse_qs(parts.query, keep_blank_values=True))
        if platform.fails is not None:
            platform.calls["failed"] += 1
            status, headers, body = platform.fails
        else:
            method = parts.path.rpartition("/")[2]
            status, said = platform.answer(method, parse_qs(parts.query))
            headers, body = {"content-type": "application/json"}, json.dumps(said).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing on the tests' output."""
