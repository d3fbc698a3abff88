"""Putting areas together: the tables of each into one scenario."""

from collections import Counter
from collections.abc import Mapping, Sequence

from scenarios.assets import all_assets
from scenarios.commitment import COMMITMENT_TABLES
from scenarios.holding import as_arguments
from scenarios.networks import NetworkTables
from scenarios.outage import OUTAGE_TABLES
from scenarios.records import TRANSMISSION, Boundary, ProfileValue
from scenarios.reserve import RESERVE_TABLES
from scenarios.scenario import Scenario


def assemble(
    name: str,
    areas: Sequence[NetworkTables],
    feeding: Mapping[str, str],
    *,
    profiles: Mapping[str, Sequence[float]],
    hours: tuple[float, ...],
    voll_usd_per_mwh: float,
    spill_usd_per_mwh: float,
    chi: float | None = None,
    sources: tuple[str, ...] = (),
) -> Scenario:
    """Scenario of one transmission area and the distribution areas it feeds.

    `feeding` maps each distribution area to the boundary bus that is its root, or each of its
    roots; the boundary is called B and the bus. `profiles` maps names to one factor per period.
    """
    owned = tuple(kind.table for kind in all_assets().values())
    others = (*COMMITMENT_TABLES, *RESERVE_TABLES, *OUTAGE_TABLES)
    names = ("buses", "branches", "offers", *owned, *others)
    rows = {name: tuple(row for area in areas for row in area.table(name)) for name in names}
    roots = {a.area.area: a.roots for a in areas if a.area.kind != TRANSMISSION}
    numbered = Numbered("-")
    return Scenario(
        name=name,
        hours=hours,
        voll_usd_per_mwh=voll_usd_per_mwh,
        spill_usd_per_mwh=spill_usd_per_mwh,
        areas=tuple(area.area for area in areas),
        boundaries=tuple(
            Boundary(numbered(f"B{bus}"), bus, area, root, chi=chi)
            for area, bus in feeding.items()
            for root in roots[area]
        ),
        profiles=tuple(
            ProfileValue(profile, t, value)
            for profile, values in profiles.items()
            for t, value in enumerate(values, start=1)
        ),
        sources=sources,
        **as_arguments(Scenario, rows),
    )


class Numbered:
    """Names made unique: the second of a name has a 2 behind it, after the mark.

    >>> numbered = Numbered("#")
    >>> numbered("1-2"), numbered("1-2")
    ('1-2', '1-2#2')
    """

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.counts: Counter[str] = Counter()

    def __call__(self, name: str) -> str:
        self.counts[name] += 1
        return name if self.counts[name] == 1 else f"{name}{self.mark}{self.counts[name]}"
