"""From the slack bus to every other: the order in which a tree of branches reaches the buses."""

from collections.abc import Sequence

import numpy as np

from formulations.contract import Rows
from scenarios.network import Network


def walk_from_slack(network: Network) -> list[tuple[str, str, str, int]]:
    """(bus, next bus, branch, sign) outwards; sign is +1 where the branch points outwards.

    On a meshed network the branches that close a loop are left out.
    """
    reached, steps = set(network.references), list[tuple[str, str, str, int]]()
    frontier = [*network.references]
    for bus in frontier:
        for name, sign in network.branches_at[bus]:
            branch = network.branches[name]
            far = branch.to_bus if sign > 0 else branch.from_bus
            if far not in reached:
                reached.add(far)
                frontier.append(far)
                steps.append((bus, far, name, sign))
    return steps


def sum_along_paths(network: Network, on_branch: Rows) -> Rows:
    """Sum of a branch quantity (from -> to) on the way from the slack to each bus.

    `on_branch` has shape (branches, periods); the result has shape (buses, periods).
    """
    bus = _positions(list(network.buses))
    branch = _positions(list(network.branches))
    total = np.zeros((len(bus), on_branch.shape[1]))
    for near, far, name, sign in walk_from_slack(network):
        total[bus[far]] = total[bus[near]] + sign * on_branch[branch[name]]
    return total


def _positions(names: Sequence[str]) -> dict[str, int]:
    return {name: n for n, name in enumerate(names)}
