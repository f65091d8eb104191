"""Where a short link leads: only the shortener is asked, never the page that it leads to."""

import datetime as dt
import time
from collections.abc import Callable

from domain.creator import Platform
from domain.look_up import GapKind
from domain.post_link import LinkError, PostLink, read_link
from domain.post_paths import SHARING_HOSTS, SHORTENERS
from sources.about import About
from sources.gaps import SourceGap, gap
from sources.network import Network
from sources.pace import Pace
from sources.wire import Wire

HOPS = 5
SECONDS = 10.0
NAME = "The short link"
_BARE = frozenset(host.removeprefix("www.") for host in SHARING_HOSTS)
HOSTS = tuple(sorted(SHORTENERS | SHARING_HOSTS | _BARE))
NO_POST = "{} leads to no post."
ENDLESS = "{} leads to one short link after the other."

ABOUT = About(
    name=NAME,
    platform=Platform.OTHER,
    hosts=HOSTS,
    finds=False,
    pace=Pace(burst=20, per_second=1.0),
)


def resolve(
    link: PostLink, network: Network, now: Callable[[], dt.datetime], about: About = ABOUT
) -> PostLink:
    """The post that a short link stands for.

    Every hop is a host of `HOSTS`, over HTTPS, at an address on the public internet; as soon as
    one leads to a platform's post, that address is read and nobody is asked any more.

    Raises:
        SourceGap: it leads to no post, or nobody could be asked; `NOT_THERE` and `REFUSED` will
            stay so.
    """
    deadline = time.monotonic() + SECONDS
    wire = Wire(about, network, now, deadline)
    try:
        for _ in range(HOPS):
            address = wire.leads_to(link.url)
            if address is None:
                raise SourceGap(gap(NAME, GapKind.NOT_THERE, NO_POST))
            try:
                link = read_link(address)
            except LinkError:
                raise SourceGap(gap(NAME, GapKind.NOT_THERE, NO_POST)) from None
            if link.short:
                continue
            if link.platform is None:
                raise SourceGap(gap(NAME, GapKind.NOT_THERE, NO_POST))
            return link
        raise SourceGap(gap(NAME, GapKind.REFUSED, ENDLESS))
    finally:
        wire.close()
