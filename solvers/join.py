"""Put programs side by side and let some of their columns be one and the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from solvers.program import Positions, Products, Program


@dataclass(frozen=True)
class Joined:
    """One program, and where each part's columns and rows went in it."""

    program: Program
    columns: tuple[Positions, ...]
    rows: tuple[Positions, ...]


def join(
    parts: Sequence[Program],
    same: Iterable[tuple[tuple[int, Positions], tuple[int, Positions]]] = (),
) -> Joined:
    """One program made of `parts`; each pair in `same` names (part, columns) that coincide.

    Costs of coinciding columns add up and their bounds intersect. No column is the second of two
    pairs, and no chain of pairs is closed.
    """
    starts = np.cumsum([0] + [p.cost.size for p in parts])
    alias = np.arange(starts[-1])
    for (one, kept), (other, dropped) in same:
        alias[starts[other] + dropped] = starts[one] + kept
    while (alias[alias] != alias).any():
        alias = alias[alias]
    is_own = alias == np.arange(alias.size)
    column = (np.cumsum(is_own) - 1)[alias]

    size = int(is_own.sum())
    cost, lower, upper = np.zeros(size), np.full(size, -np.inf), np.full(size, np.inf)
    np.add.at(cost, column, np.concatenate([p.cost for p in parts]))
    np.maximum.at(lower, column, np.concatenate([p.lower for p in parts]))
    np.minimum.at(upper, column, np.concatenate([p.upper for p in parts]))
    row_starts = np.cumsum([0] + [p.row_lower.size for p in parts])
    columns = [column[a:b] for a, b in pairwise(starts)]
    joined = Program(
        cost=cost,
        lower=lower,
        upper=upper,
        matrix=_matrix(parts, columns, row_starts, size),
        row_lower=np.concatenate([p.row_lower for p in parts]),
        row_upper=np.concatenate([p.row_upper for p in parts]),
        quadratic=_quadratic(parts, columns, size),
        offset=sum(p.offset for p in parts),
        follows=_follows(parts, columns, size),
        products=_products(parts, columns, row_starts),
    )
    rows = [np.arange(a, b) for a, b in pairwise(row_starts)]
    return Joined(joined, tuple(columns), tuple(rows))


def _matrix(
    parts: Sequence[Program], columns: list[Positions], row_starts: Positions, size: int
) -> sparse.csr_array:
    indices = [c[p.matrix.indices] for p, c in zip(parts, columns, strict=True)]
    entries = np.cumsum([0] + [p.matrix.nnz for p in parts])
    pointers = [p.matrix.indptr[1:] + e for p, e in zip(parts, entries[:-1], strict=True)]
    return sparse.csr_array(
        (
            np.concatenate([p.matrix.data for p in parts]),
            np.concatenate(indices),
            np.concatenate([[0], *pointers]),
        ),
        shape=(int(row_starts[-1]), size),
    )


def _quadratic(
    parts: Sequence[Program], columns: list[Positions], size: int
) -> sparse.csr_array | None:
    bent = [
        (p.quadratic.tocoo(), c)
        for p, c in zip(parts, columns, strict=True)
        if p.quadratic is not None
    ]
    if not bent:
        return None
    entries = np.concatenate([q.data for q, _ in bent])
    rows = np.concatenate([c[q.row] for q, c in bent])
    cols = np.concatenate([c[q.col] for q, c in bent])
    return sparse.csr_array((entries, (rows, cols)), shape=(size, size))


def _products(
    parts: Sequence[Program], columns: list[Positions], row_starts: Positions
) -> Products | None:
    held = [
        (p.products, c, start)
        for p, c, start in zip(parts, columns, row_starts[:-1], strict=True)
        if p.products is not None
    ]
    if not held:
        return None
    return Products(
        np.concatenate([p.row + start for p, _, start in held]),
        np.concatenate([c[p.first] for p, c, _ in held]),
        np.concatenate([c[p.second] for p, c, _ in held]),
        np.concatenate([p.value for p, _, _ in held]),
    )


def _follows(
    parts: Sequence[Program], columns: list[Positions], size: int
) -> NDArray[np.bool_] | None:
    total = np.zeros(size, dtype=bool)
    for part, column in zip(parts, columns, strict=True):
        if part.follows is None:
            return None
        total[column] |= part.follows
    return total
