"""Rules on connection: every bus reaches one slack."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scenarios.check.references import buses_by_area
from scenarios.check.rows import Row, quoted, rows
from scenarios.findings import Finding
from scenarios.holding import by_area
from scenarios.records import SLACK, Branch
from scenarios.scenario import Scenario


@dataclass(frozen=True)
class Forest:
    """Spanning trees of one area: the branch to each bus's parent, and the branches left over.

    `root` is the first bus of the tree in which a bus stands; the slack is a root.
    """

    root: Mapping[str, str]
    parent: Mapping[str, tuple[str, Branch] | None]
    closing: Sequence[Branch]

    def way_up(self, bus: str) -> list[tuple[str, Branch]]:
        """Buses and branches from a bus to its root."""
        steps = []
        while (step := self.parent[bus]) is not None:
            steps.append(step)
            bus = step[0]
        return steps

    def loop(self, branch: Branch) -> list[str]:
        """Names of the branches on the loop that `branch` closes."""
        left, right = ([k.branch for _, k in self.way_up(end)]
                       for end in (branch.from_bus, branch.to_bus))  # fmt: skip
        return [branch.branch, *(k for k in left if k not in right),
                *(k for k in reversed(right) if k not in left)]  # fmt: skip


def grow(slack: Sequence[str], buses: Sequence[str], branches: Sequence[Branch]) -> Forest:
    """Forest over the in-service branches, breadth first, the trees of slack buses first."""
    at: dict[str, list[tuple[str, Branch]]] = {bus: [] for bus in buses}
    for k in branches:
        at[k.from_bus].append((k.to_bus, k))
        at[k.to_bus].append((k.from_bus, k))
    root: dict[str, str] = {}
    parent: dict[str, tuple[str, Branch] | None] = {}
    for start in [*slack, *buses]:
        if start not in root:
            _grow_from(start, at, root, parent)
    in_tree = {step[1].branch for step in parent.values() if step is not None}
    return Forest(root, parent, [k for k in branches if k.branch not in in_tree])


def _grow_from(
    start: str,
    at: Mapping[str, list[tuple[str, Branch]]],
    root: dict[str, str],
    parent: dict[str, tuple[str, Branch] | None],
) -> None:
    root[start], parent[start] = start, None
    waiting = deque([start])
    while waiting:
        bus = waiting.popleft()
        for other, branch in at[bus]:
            if other not in root:
                root[other], parent[other] = start, (bus, branch)
                waiting.append(other)


def forests(scenario: Scenario) -> Iterator[tuple[Row, Sequence[str], Forest]]:
    """Row, slack buses and forest of every area whose names and slack are sound."""
    known = buses_by_area(scenario)
    buses_of, branches_of = by_area(scenario.buses), by_area(scenario.branches)
    for row in rows(scenario, "areas"):
        area = row.record.area
        buses, branches = buses_of[area], branches_of[area]
        slack = [b.bus for b in buses if b.kind == SLACK]
        named = all({k.from_bus, k.to_bus} <= known[area] for k in branches)
        unique = len({k.branch for k in branches}) == len(branches)
        if slack and named and unique:
            closed = [k for k in branches if k.in_service and k.from_bus != k.to_bus]
            yield row, slack, grow(slack, [b.bus for b in buses], closed)


def every_bus_reaches_one_slack(scenario: Scenario) -> Iterator[Finding]:
    """Each island has one slack bus, to which branches in service join all others."""
    for row, slack, forest in forests(scenario):
        islands: dict[str, list[str]] = {}
        for bus, root in forest.root.items():
            islands.setdefault(root, []).append(bus)
        for buses in islands.values():
            several = [bus for bus in buses if bus in slack]
            if not several:
                finding = f"island of {quoted(buses)}: no way to the slack bus {quoted(slack)}"
                yield row.finding(None, finding, "close or add a branch, or remove the buses")
            elif len(several) > 1:
                finding = f"buses {quoted(several)} are slack in one island"
                cure = "keep one slack bus of each island, or open a branch between them"
                yield row.finding(None, finding, cure)
