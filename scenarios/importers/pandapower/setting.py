"""What assets are made with and collected in, and what all kinds of them share."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scenarios.importers.matpower.costs import Segment
from scenarios.importers.pandapower.cells import Row, in_service, number
from scenarios.importers.pandapower.costs import CostsByOwner
from scenarios.importers.technologies import Technologies
from scenarios.records import Offer

NO_LIMIT = 1e8  # MW or Mvar
Site = tuple[str, str]  # area and bus
Place = Callable[[int], Site | None]
Profiles = Mapping[tuple[str, int], tuple[str, str | None]]  # of P, and of Q


@dataclass(frozen=True)
class Setting:
    """What assets are made with: `base_mw` is the output of those that hold a voltage and P."""

    net: Any
    place: Place
    star: Place
    costs: CostsByOwner
    held: Technologies
    base_mw: Mapping[tuple[str, int], float]
    profiles: Profiles
    unlimited_mw: float


@dataclass
class Assets:
    """Records of every table, and how often something was taken in another way than given."""

    rows: dict[str, list[Any]] = field(default_factory=dict)
    said: Counter[str] = field(default_factory=Counter)

    def add(self, table: str, *records: Any) -> None:
        """Add rows of a table."""
        self.rows.setdefault(table, []).extend(records)


def standing(net: Any, kind: str) -> Iterator[tuple[int, Row]]:
    """Index and row of all elements of a kind that are in service."""
    if kind in net and len(net[kind]):
        for i, row in net[kind].to_dict("index").items():
            if in_service(row):
                yield int(i), row


def power_of(row: Row) -> complex:
    """Power (MVA) of an element as it stands in its table."""
    return complex(number(row, "p_mw"), number(row, "q_mvar")) * number(row, "scaling", 1.0)


def site_of(setting: Setting, found: Assets, kind: str, bus: int) -> Site | None:
    """Area and bus of an element; None, and said, where its bus has no supply."""
    site = setting.place(int(bus))
    if site is None:
        found.said[f"{kind}s at buses without supply are left out"] += 1
    return site


def limit(value: float | None, default: float) -> float:
    """A limit (MW or Mvar), or the default where there is none."""
    return default if value is None or abs(value) >= NO_LIMIT else value


def offers_of(area: str, owner: str, segments: Iterable[Segment], *, sign: int) -> Iterator[Offer]:
    """Rows of a cost (`sign` +1), or of the value that a mirrored cost stands for (-1)."""
    given_ = list(segments)
    wide = [s for s in given_ if s.quantity_mw > 0] or given_[:1]
    for step, s in enumerate(wide, start=1):
        price = sign * s.price_usd_per_mwh
        yield Offer(area, owner, None, step, s.quantity_mw, price, s.slope_usd_per_mw2h)
