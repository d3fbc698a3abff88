"""Quadratic rows that are second-order cones: which they are, and as rows of a conic program.

M. S. Lobo, L. Vandenberghe, S. Boyd, H. Lebret, "Applications of second-order cone programming",
Linear Algebra Appl. 284, 1998.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from solvers.program import Program, Vector

LEAST_FACTOR = 1e-3  # what is smaller balances as this does


@dataclass(frozen=True)
class Cone:
    """A row |F x|^2 <= (h'x) (k'x), or <= a number or a linear term, as cone rows s = right - A x.

    `scale` turns z0 / s0 at the cone's first row into the multiplier of the quadratic row.
    """

    row: int
    matrix: sparse.csr_array
    right: Vector
    scale: float


def cones_of(program: Program, near: Vector | None = None) -> list[Cone] | None:
    """All quadratic rows as cones; None where one of them is none.

    (h'x) (k'x) is the same with one factor s times as large and the other s times as small. With
    s = 1 a large factor drowns a small one, which is lost in sum and difference; `near` an optimum
    both are made alike.
    """
    if program.products is None:
        return []
    found = []
    for row, terms in _terms(program).items():
        cone = _cone(program, row, terms, near)
        if cone is None:
            return None
        found.append(cone)
    return found


Term = tuple[int, int, float]


def _terms(program: Program) -> dict[int, list[Term]]:
    p = program.products
    assert p is not None
    terms: dict[int, list[Term]] = {}
    for row, a, b, value in zip(p.row, p.first, p.second, p.value, strict=True):
        terms.setdefault(int(row), []).append((int(a), int(b), float(value)))
    return terms


def _cone(program: Program, row: int, terms: Sequence[Term], near: Vector | None) -> Cone | None:
    squares = [(a, value) for a, b, value in terms if a == b]
    mixed = [(a, b, -value) for a, b, value in terms if a != b]
    upper = float(program.row_upper[row])
    linear = program.matrix[[row]].tocoo()
    if not np.isfinite(upper) or program.row_lower[row] > -np.inf:
        return None
    if any(value <= 0 for _, value in squares) or len(mixed) > 1:
        return None
    size = program.cost.size
    roots = [({a: 2.0 * value**0.5}, 0.0) for a, value in squares]
    if mixed:
        a, b, value = mixed[0]
        held = upper == 0.0 and linear.nnz == 0 and value > 0
        if not held or program.lower[a] < 0 or program.lower[b] < 0:
            return None
        s = 1.0 if near is None else _balance(value * near[a], near[b])
        ends = [({a: s * value, b: sign / s}, 0.0) for sign in (1.0, -1.0)]
        return _rows(row, [ends[0], *roots, ends[1]], size, 2.0)
    # |x|^2 <= upper - c'x, which is the right side over a number, times that number
    number = max(upper, float(np.abs(linear.data).max(initial=0.0)), 1.0) ** 0.5
    right = {c: -v / number for c, v in zip(linear.col.tolist(), linear.data.tolist(), strict=True)}
    first, last = ((right, upper / number + sign * number) for sign in (1.0, -1.0))
    return _rows(row, [first, *roots, last], size, 2.0)


def _balance(one: float, other: float) -> float:
    """The number s at which s times one factor is as large as the other over s."""
    return math.sqrt(max(other, LEAST_FACTOR) / max(one, LEAST_FACTOR))


def _rows(
    row: int, ends: Sequence[tuple[dict[int, float], float]], size: int, scale: float
) -> Cone:
    """Rows of the cone: entries of `ends` are linear forms (coefficients, constant)."""
    entries = [(n, c, -v) for n, (form, _) in enumerate(ends) for c, v in form.items()]
    n, column, value = zip(*entries, strict=True)
    matrix = sparse.csr_array((value, (n, column)), shape=(len(ends), size))
    return Cone(row, matrix, np.array([constant for _, constant in ends]), scale)
