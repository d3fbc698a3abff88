"""What outages cut off from the slack: islands, and the branches that are the only way.

R. E. Tarjan, "A note on finding the bridges of a graph", Inf. Process. Lett. 2(6), 1974.
"""

from collections.abc import Collection, Iterator

from scipy import sparse
from scipy.sparse.csgraph import connected_components

from scenarios.network import Network

Entry = tuple[str, str]  # a bus and the branch by which it was first reached


def cut_off(network: Network, outage: Collection[str] = ()) -> tuple[str, ...]:
    """Buses that have no way to any slack bus without the branches of `outage`."""
    at = {bus: n for n, bus in enumerate(network.buses)}
    left = [k for k in network.branches.values() if k.branch not in outage]
    ends = ([at[k.from_bus] for k in left], [at[k.to_bus] for k in left])
    ways = sparse.coo_array(([1] * len(left), ends), shape=(len(at), len(at)))
    _, island = connected_components(ways, directed=False)
    fed = {island[at[bus]] for bus in network.references}
    return tuple(bus for bus, n in at.items() if island[n] not in fed)


def bridges(network: Network) -> frozenset[str]:
    """Branches whose outage alone splits the network; none of parallel branches is one."""
    number: dict[str, int] = {}
    entries: list[Entry] = []
    for root in network.buses:
        if root not in number:
            entries += _depth_first(network, root, number)
    low = dict(number)  # earliest bus that is reached from below without the entering branch
    found = set()
    for bus, entered_by in reversed(entries):
        for other, branch in _neighbours(network, bus):
            if branch != entered_by:
                low[bus] = min(low[bus], low[other])
        if entered_by and low[bus] == number[bus]:
            found.add(entered_by)
    return frozenset(found)


def _neighbours(network: Network, bus: str) -> Iterator[Entry]:
    for branch, side in network.branches_at[bus]:
        ends = network.branches[branch]
        yield (ends.to_bus if side > 0 else ends.from_bus), branch


def _depth_first(network: Network, root: str, number: dict[str, int]) -> Iterator[Entry]:
    """Buses in the order of a depth-first walk, which numbers them, with the entering branch."""
    number[root] = len(number)
    yield root, ""
    path = [_neighbours(network, root)]
    while path:
        step = next((e for e in path[-1] if e[0] not in number), None)
        if step is None:
            path.pop()
        else:
            number[step[0]] = len(number)
            yield step
            path.append(_neighbours(network, step[0]))
