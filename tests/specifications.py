"""Requests held against the platforms' own specifications, wherever a test lets one be made."""

import functools
import json
import re
from pathlib import Path
from typing import Any

SPECS = Path(__file__).parents[2] / "shared/specs"
_FORMATS = {
    "did": r"did:[a-z]+:[A-Za-z0-9._:%-]+",
    "handle": r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+",
    "at-uri": r"at://\S+",
}
_FORMATS["at-identifier"] = f"{_FORMATS['did']}|{_FORMATS['handle']}"
_FOR_MEMBERS = frozenset({"resolve", "offset", "following"})
"""Parameters of Mastodon's that are refused without a login."""

Query = dict[str, list[str]]


def wrong(path: str, query: Query) -> list[str]:
    """What a platform's specification says against a request; nothing for paths of no platform.

    path: unquoted. Without the specifications beside the project nothing is said.
    """
    if not SPECS.is_dir():
        return []
    if path.startswith("/xrpc/"):
        return _against_lexicon(path.removeprefix("/xrpc/"), query)
    if path.startswith("/youtube/v3/"):
        return _against_discovery(path.removeprefix("/"), query)
    if re.match(r"/api/v\d/", path):
        return _against_openapi(path, query)
    return []


@functools.cache
def _load(name: str) -> Any:
    return json.loads((SPECS / name).read_text(encoding="utf-8"))


def _against_lexicon(method: str, query: Query) -> list[str]:
    file = f"bsky-lexicons/{method.replace('.', '/')}.json"
    if not (SPECS / file).is_file():
        return [f"there is no method {method}"]
    known = _load(file)["defs"]["main"]["parameters"]
    said = _names(set(query), set(known["properties"]), set(known.get("required", ())))
    for name, values in query.items():
        described = known["properties"].get(name, {})
        if described.get("type") == "array":
            most, each = described.get("maxLength", 10**6), described["items"]
            said += [f"{name} is asked for {len(values)} times"] if len(values) > most else []
        else:
            each = described
            said += [f"{name} is there twice"] if len(values) > 1 else []
        said += [f"{name}={value}" for value in values if not _fits(value, each)]
    return said


def _against_discovery(path: str, query: Query) -> list[str]:
    document = _load("youtube.v3.json")
    methods = {
        method["path"]: method["parameters"]
        for part in document["resources"].values()
        for method in part.get("methods", {}).values()
        if method["httpMethod"] == "GET"
    }
    if path not in methods:
        return [f"there is no method {path}"]
    known = methods[path] | document["parameters"]
    required = {name for name, each in known.items() if each.get("required")}
    said = _names(set(query), set(known), required)
    for name, values in query.items():
        described = known.get(name, {})
        some = [one for value in values for one in value.split(",")]
        repeated = described.get("repeated", False)
        said += [f"{name} has several values"] if len(values) > 1 else []
        said += [f"{len(some)} of {name}"] if repeated and len(some) > 50 else []
        said += [
            f"{name}={value}"
            for value in (some if repeated else values)
            if not value or not _fits(value, described)
        ]
    return said


def _against_openapi(path: str, query: Query) -> list[str]:
    paths = _load("mastodon-openapi.json")["paths"]
    matching = [
        known
        for known in paths
        if "get" in paths[known] and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", known), path)
    ]
    if not matching:
        return [f"there is no address {path}"]
    exact = min(matching, key=lambda each: each.count("{"))
    known = {
        each["name"]: each
        for each in paths[exact]["get"].get("parameters", ())
        if each["in"] == "query"
    }
    required = {name for name, each in known.items() if each.get("required")}
    said = _names(set(query), set(known) - _FOR_MEMBERS, required)
    for name, values in query.items():
        schema = known.get(name, {}).get("schema", {})
        most = re.search(r"Max (\d+)", schema.get("description", ""))
        bound = {"maximum": most[1]} if most and schema.get("type") == "integer" else {}
        said += [f"{name}={value}" for value in values if not _fits(value, {**schema, **bound})]
    return said


def _names(asked: set[str], known: set[str], required: set[str]) -> list[str]:
    unknown = [f"no parameter is named {name}" for name in sorted(asked - known)]
    return unknown + [f"{name} is missing" for name in sorted(required - asked)]


def _fits(value: str, described: dict[str, Any]) -> bool:
    """Whether a value may stand in a parameter, by type, form and bounds."""
    kind = described.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "boolean":
        return value in ("true", "false")
    if kind == "integer":
        least, most = int(described.get("minimum", 0)), int(described.get("maximum", 10**9))
        return value.isdigit() and least <= int(value) <= most
    choices = described.get("enum") or described.get("knownValues")
    form = described.get("pattern") or _FORMATS.get(described.get("format", ""))
    return (not choices or value in choices) and (not form or bool(re.fullmatch(form, value)))
