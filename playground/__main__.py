"""Starts the playground by itself: `python -m playground --bot-url … --signing-secret …`."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from playground.options import DEFAULT_BOT_TOKEN, Options
from playground.server import start


def options(arguments: Sequence[str]) -> Options:
    """Read the command line; the two secrets may come from the environment instead."""
    parser = argparse.ArgumentParser(prog="playground", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="loopback only")
    parser.add_argument("--port", type=int, default=3333)
    parser.add_argument("--bot-url", default="http://127.0.0.1:3334")
    secret = os.environ.get("SLACK_SIGNING_SECRET")
    parser.add_argument("--signing-secret", default=secret, required=secret is None)
    token = os.environ.get("SLACK_BOT_TOKEN", DEFAULT_BOT_TOKEN)
    parser.add_argument("--bot-token", default=token)
    parser.add_argument("--client-id", default="", help="of an app that is installed by OAuth")
    parser.add_argument("--client-secret", default=os.environ.get("SLACK_CLIENT_SECRET", ""))
    parser.add_argument("--manifest", type=Path)
    parser.add_argument("--clock-file", type=Path)
    given = parser.parse_args(arguments)
    return Options(
        bot_url=given.bot_url,
        signing_secret=given.signing_secret,
        bot_token=given.bot_token,
        client=(given.client_id, given.client_secret) if given.client_id else None,
        host=given.host,
        port=given.port,
        manifest=given.manifest,
        clock_file=given.clock_file,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted."""
    try:
        playground = start(options(sys.argv[1:] if arguments is None else arguments))
    except (ValueError, OSError) as problem:
        print(f"The playground cannot start: {problem}", file=sys.stderr)
        return 1
    print(f"Playground: {playground.url}", flush=True)
    try:
        playground.join()
    except KeyboardInterrupt:
        playground.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
