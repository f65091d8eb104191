"""Disclosure as a figure: how many live posts say that they are advertising."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict

from domain.disclosure import Verdict
from domain.wording import counted


class DisclosureCount(BaseModel):
    """Live posts by whether they are disclosed. unknown: nobody read or looked at their text."""

    model_config = ConfigDict(frozen=True)

    disclosed: int = 0
    undisclosed: int = 0
    unknown: int = 0

    @classmethod
    def of(cls, tally: Mapping[str, int]) -> "DisclosureCount":
        """From how many posts have which `Verdict`."""
        disclosed = tally.get(Verdict.DISCLOSED.value, 0)
        unknown = tally.get(Verdict.UNKNOWN.value, 0)
        return cls(
            disclosed=disclosed,
            undisclosed=sum(tally.values()) - disclosed - unknown,
            unknown=unknown,
        )

    @classmethod
    def together(cls, counts: Iterable["DisclosureCount"]) -> "DisclosureCount":
        """Several, added up."""
        each = list(counts)
        return cls(
            disclosed=sum(one.disclosed for one in each),
            undisclosed=sum(one.undisclosed for one in each),
            unknown=sum(one.unknown for one in each),
        )

    @property
    def known(self) -> int:
        """Posts of which it is known."""
        return self.disclosed + self.undisclosed

    @property
    def live(self) -> int:
        """All live posts."""
        return self.known + self.unknown

    def describe(self) -> str:
        """ "5 of 6 live posts disclosed, 2 not checked"; "" where there are no posts."""
        if not self.live:
            return ""
        if not self.known:
            return f"disclosure of {counted(self.live, 'live post')} not checked"
        said = f"{self.disclosed} of {counted(self.known, 'live post')} disclosed"
        return f"{said}, {self.unknown} not checked" if self.unknown else said
