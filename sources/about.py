"""What a source is, apart from what it does."""

from dataclasses import dataclass, field

from domain.creator import Platform
from sources.pace import Pace

ANY_HOST = "*"
"""In `About.hosts`: also the public server that a person named in a handle."""


@dataclass(frozen=True)
class About:
    """One source, as people, documents and the wire know it.

    name: as people know it ("Bluesky"). platform: what its accounts live on. hosts: every host
    that it speaks to, lower case; the wire lets it speak to no other. finds: whether it can
    search by words; one that can't knows an account only by its handle. needs_key: whether it
    works only with a key of the operator's. why_not: one sentence where it can't be asked as
    things are, such as for want of its key. pace: how often a host may be asked. base_urls:
    addresses that the operator set; trusted for exactly that scheme, host and port, wherever
    they lead. source: what its snapshots have as their `source`; "" = the name in lower case.
    """

    name: str
    platform: Platform
    hosts: tuple[str, ...]
    finds: bool = True
    needs_key: bool = False
    why_not: str = ""
    pace: Pace = field(default_factory=Pace)
    base_urls: tuple[str, ...] = ()
    source: str = ""

    @property
    def key(self) -> str:
        """What its snapshots have as their `source`."""
        return self.source or self.name.lower()
