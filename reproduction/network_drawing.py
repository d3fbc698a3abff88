"""Networks as pictures: buses, branches, and where generators stand."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import depth_first_order, shortest_path

from reproduction.chart import Panel, Series
from scenarios.network import Network
from scenarios.scenario import AreaView

Place = NDArray[np.float64]  # x, y of one bus, or of one in each row
STEPS = 200  # of a layout
LEAST_APART = 1e-3  # on paper, where two buses fall together


def drawn(view: AreaView, marked: Mapping[str, Iterable[str]], title: str) -> Panel:
    """The area's network; `marked` names sets of buses that are shown in a colour of their own."""
    at = places(view.network)
    wires = np.array(
        [p for k in view.network.branches.values() for p in (at[k.from_bus], at[k.to_bus], _GAP)]
    ).reshape(-1, 2)
    lines = Series("branches", list(wires[:, 0]), list(wires[:, 1]), "wires")
    plain = Series("bus", *_columns(at.values()), "dots", list(at), colour=7)
    groups = [
        Series(name, *_columns(at[bus] for bus in buses), "dots", colour=n)
        for n, (name, buses) in enumerate((n, list(b)) for n, b in marked.items())
        if buses
    ]
    return Panel(title, "", "", (lines, plain, *groups), bare=True)


def places(network: Network) -> dict[str, Place]:
    """Where each bus is drawn: a tree from left to right, a mesh by distances."""
    joined = _joined(network)
    tree = joined.nnz == len(network.buses) - 1
    found = _tree(joined, [*network.buses].index(network.slack_bus)) if tree else _mesh(joined)
    return dict(zip(network.buses, found, strict=True))


def _joined(network: Network) -> csr_array:
    """Which buses a branch joins; parallel branches count once."""
    row = {bus: n for n, bus in enumerate(network.buses)}
    ends = {tuple(sorted((row[k.from_bus], row[k.to_bus]))) for k in network.branches.values()}
    i, j = np.array(sorted(ends)).T
    return csr_array((np.ones(len(i)), (i, j)), shape=(len(row), len(row)))


def _tree(joined: csr_array, root: int) -> Place:
    """Hops from the root to the right; ends of laterals one below the other."""
    order, parent = depth_first_order(joined, root, directed=False)
    hops = shortest_path(joined, directed=False, unweighted=True, indices=root)
    is_end = ~np.isin(np.arange(parent.size), parent)
    ends = [n for n in order if is_end[n]]
    height = np.zeros(parent.size)
    height[ends] = -np.arange(len(ends), dtype=float)
    for n in reversed(order):
        if not is_end[n]:
            height[n] = height[parent == n].mean()
    return np.column_stack([hops, height])


def _mesh(joined: csr_array) -> Place:
    """Distances on paper follow the number of branches between buses, near ones most of all.

    Stress majorization: E. Gansner, Y. Koren, S. North, "Graph drawing by stress majorization",
    Graph Drawing 2004; from classical scaling: W. S. Torgerson, Psychometrika 17(4), 1952.
    """
    apart = shortest_path(joined, directed=False, unweighted=True)
    weight = np.where(apart > 0, 1 / np.maximum(apart, 1) ** 2, 0.0)
    solve = np.linalg.pinv(np.diag(weight.sum(axis=1)) - weight)
    placed = _scaled(apart**2)
    for _ in range(STEPS):
        drawn = np.linalg.norm(placed[:, None] - placed[None], axis=2)
        pull = weight * apart / np.maximum(drawn, LEAST_APART)
        placed = solve @ (pull.sum(axis=1)[:, None] * placed - pull @ placed)
    return placed


def _scaled(squares: Place) -> Place:
    """Places whose distances squared are near these."""
    centred = squares - squares.mean(axis=0) - squares.mean(axis=1, keepdims=True) + squares.mean()
    value, vector = np.linalg.eigh(-centred / 2)
    placed: Place = vector[:, -2:] * np.sqrt(value[-2:])
    return placed


def branch_rows(view: AreaView) -> pd.DataFrame:
    """Ends and rating (MVA) of every branch in service."""
    branches = pd.DataFrame(list(view.network.branches.values()))
    columns = ["area", "branch", "from_bus", "to_bus", "rating_mva"]
    named: pd.DataFrame = branches[columns].astype({"rating_mva": float})
    return named


_GAP = np.array([np.nan, np.nan])


def _columns(points: Iterable[Place]) -> tuple[list[float], list[float]]:
    array = np.array(list(points)).reshape(-1, 2)
    return list(array[:, 0]), list(array[:, 1])
