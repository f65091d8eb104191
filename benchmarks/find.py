"""`/influencer find` over HTTP beside a bare Bolt app: same server, threads and load."""

import datetime as dt
from pathlib import Path

from benchmarks import load, servers
from benchmarks.creators import fill
from domain.niche import default_vocabulary
from storage import pack_process, packs, people, workspaces
from storage.database import Database
from storage.migrate import migrate

REQUESTS = 2_000
MIX = (
    "find skincare micro",
    "find beauty",
    "find fitness micro instagram",
    "find vegan food er>3%",
    "find travel country:de",
    "find gaming tiktok followers:5k-50k",
    "find skincare under $500",
    "find fashion country:fr lang:fr",
    "find running micro er>2% under 300 EUR",
    "find parenting youtube",
    "find micro country:es",
    "find cuidado de la piel",
    "find photography audience:us",
    "find coffee",
    "find honest reviews skincare",
    "find yoga nano bluesky",
    "find technology macro",
    "find dogs",
    "find gardening under $200 country:gb",
    "find music er>8% mid",
)


def run(count: int, folder: Path) -> None:
    """Print the figures for this many creators."""
    url = f"sqlite:///{folder / f'find-{count}.db'}"
    database = Database(url, lambda: dt.datetime.now(dt.UTC))
    migrate(database)
    workspace = workspaces.ensure(database, "", "T0BENCH0001", name="bench")
    with database.writing(workspace.id or 0) as tx:
        people.learn(tx, {"id": "U0BENCH0001", "name": "ana", "tz": "Europe/London"})
    fill(database, workspace.id or 0, count, default_vocabulary())
    with database.reading(workspace.id or 0) as tx:
        epoch = packs.due(tx)
    if epoch is not None:  # as a worker of the bot does within the minute
        pack_process.build(database, workspace.id or 0, epoch)
    database.close()
    print(f"\nfind over HTTP, {count:,} creators, {load.CONNECTIONS} connections, "
          f"{REQUESTS:,} requests, {servers.THREADS} threads")  # fmt: skip
    with servers.running("bare") as port:
        bare = load.closed_loop(port, MIX, REQUESTS)
    print(f"  bare Bolt, as shipped               {bare.line()}")
    with servers.running("bare-before-response") as port:
        quick = load.closed_loop(port, MIX, REQUESTS)
    print(f"  bare Bolt, process_before_response  {quick.line()}")
    with servers.running("bot", url, folder) as port:
        ours = load.closed_loop(port, MIX, REQUESTS)
    print(f"  find                                {ours.line()}")
    ratio = ours.percentile(0.99) / bare.percentile(0.99)
    print(f"  p99 of find is {ratio:.2f} × the bare app as shipped (aim: at most 3)")
