"""The electrical network of one operator, by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from scenarios.records import SLACK, Area, Branch, Bus


@dataclass(frozen=True)
class Network:
    """Buses and in-service branches of one area; `slack_bus` is the angle or voltage reference."""

    area: str
    base_mva: float
    slack_bus: str
    buses: Mapping[str, Bus]
    branches: Mapping[str, Branch]

    @staticmethod
    def of(area: Area, buses: Iterable[Bus], branches: Iterable[Branch]) -> "Network":
        """Network of one area from its table rows; branches out of service are left out."""
        by_name = {bus.bus: bus for bus in buses}
        slack = next(name for name, bus in by_name.items() if bus.kind == SLACK)
        return Network(
            area.area,
            area.base_mva,
            slack,
            by_name,
            {k.branch: k for k in branches if k.in_service},
        )

    @cached_property
    def branches_at(self) -> Mapping[str, tuple[tuple[str, int], ...]]:
        """Branches that touch each bus, with +1 where the branch leaves the bus (its from end)."""
        ends: dict[str, list[tuple[str, int]]] = {bus: [] for bus in self.buses}
        for branch in self.branches.values():
            ends[branch.from_bus].append((branch.branch, +1))
            ends[branch.to_bus].append((branch.branch, -1))
        return {bus: tuple(e) for bus, e in ends.items()}
