"""Feeders at many load buses of a transmission case, each scaled to the load that it replaces."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from scenarios.findings import Finding, listed, near
from scenarios.importers.matpower.area import feeder_tables, loads_of
from scenarios.importers.matpower.case import Case
from scenarios.networks import NetworkTables, scale_feeder
from scenarios.resources import Resources


@dataclass(frozen=True)
class FeedersPerLoad:
    """Feeder files that are hung, in turn, at load buses of transmission.

    At the `buses`, or at every one with a load above `above_mw` and no feeder of its own.
    """

    files: tuple[Path, ...]
    buses: tuple[str, ...] = ()
    above_mw: float = 0.0
    resources: Resources = field(default_factory=Resources)

    def files_at(self, case: Case, taken: Collection[str]) -> dict[str, Path]:
        """The file of every bus at which a feeder is hung; buses with one of their own are not."""
        load = load_of(case)
        everywhere = [bus for bus, mw in load.items() if mw > self.above_mw and bus not in taken]
        return dict(zip(self.buses or everywhere, cycle(self.files)))

    def findings(
        self, upper: Case, feeders: Mapping[Path, Case], taken: Collection[str]
    ) -> Iterator[Finding]:
        """All that keeps the feeders from being hung."""
        yield from _bus_findings(self.buses, load_of(upper), taken, upper.file)
        if not self.buses and not self.files_at(upper, taken):
            finding = f"no load of {upper.file} is above {self.above_mw:g} MW"
            yield Finding("feeder per load", finding, "lower the limit, or name buses")
        for path, case in feeders.items():
            if (mw := sum(load_of(case).values())) <= 0:
                finding = f"its loads add up to {mw:g} MW, and cannot be scaled"
                yield Finding(str(path), finding, "name a feeder with loads")

    def hung(self, case: Case, area: str, p_mw: float) -> NetworkTables:
        """One feeder, scaled to a load (MW), with its resources."""
        return self.resources.add_to(scale_feeder(feeder_tables(case, area), p_mw))

    def notes(self, buses: Collection[str]) -> Iterator[str]:
        """What is to be said of them."""
        names = " and ".join(path.name for path in self.files)
        yield f"feeders in turn from {names}, scaled to the loads they replace: {listed(buses)}"
        own = self.resources
        shares = f"PV {own.pv:g}, batteries {own.batteries:g}, flexible loads {own.flexible:g}"
        yield f"shares of those feeders' loads, drawn from seed {own.seed}: {shares}"
        yield "the days of loads and of PV, sizes and values of what is drawn are made up"


def load_of(case: Case) -> dict[str, float]:
    """Load (MW) of every bus that has one, in the order of the file."""
    return {load.bus: load.p_mw for load in loads_of(case, "") if load.p_mw}


def _bus_findings(
    buses: Collection[str], load: Mapping[str, float], taken: Collection[str], file: str
) -> Iterator[Finding]:
    for bus in buses:
        place = f"feeder at load {bus}"
        if load.get(bus, 0.0) <= 0:
            able = [name for name, mw in load.items() if mw > 0]
            finding = f"bus {bus!r} of {file} has no load to replace"
            yield Finding(place, finding, f"name a bus with a load; {near(bus, able)}")
        elif bus in taken:
            yield Finding(place, "a feeder of its own stands there", "name the bus once")
