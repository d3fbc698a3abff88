"""The electrical network of one operator, by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from scenarios.records import SLACK, Area, Branch, Bus


@dataclass(frozen=True)
class Network:
    """Buses and in-service branches of one area.

    `references` are its slack buses, one in each island: there angles are 0. A feeder has one, its
    root; `slack_bus` is the first.
    """

    area: str
    base_mva: float
    references: tuple[str, ...]
    buses: Mapping[str, Bus]
    branches: Mapping[str, Branch]

    @staticmethod
    def of(area: Area, buses: Iterable[Bus], branches: Iterable[Branch]) -> "Network":
        """Network of one area from its table rows; branches out of service are left out."""
        by_name = {bus.bus: bus for bus in buses}
        return Network(
            area.area,
            area.base_mva,
            tuple(name for name, bus in by_name.items() if bus.kind == SLACK),
            by_name,
            {k.branch: k for k in branches if k.in_service},
        )

    @property
    def slack_bus(self) -> str:
        """The first reference."""
        return self.references[0]

    @cached_property
    def reference_of(self) -> Mapping[str, str]:
        """The reference of the island in which each bus stands."""
        found = {bus: bus for bus in self.references}
        waiting = list(self.references)
        while waiting:
            bus = waiting.pop()
            for branch, sign in self.branches_at[bus]:
                k = self.branches[branch]
                other = k.to_bus if sign > 0 else k.from_bus
                if other not in found:
                    found[other] = found[bus]
                    waiting.append(other)
        return found

    @cached_property
    def branches_at(self) -> Mapping[str, tuple[tuple[str, int], ...]]:
        """Branches that touch each bus, with +1 where the branch leaves the bus (its from end)."""
        ends: dict[str, list[tuple[str, int]]] = {bus: [] for bus in self.buses}
        for branch in self.branches.values():
            ends[branch.from_bus].append((branch.branch, +1))
            ends[branch.to_bus].append((branch.branch, -1))
        return {bus: tuple(e) for bus, e in ends.items()}
