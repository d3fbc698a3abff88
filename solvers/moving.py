"""Which duals of an optimum can move while its conditions still hold.

Duals y of the rows that hold must meet A'y = gradient at all columns between their limits. What
can move lies in the null space of A', found by projecting a vector on it in general position.
A. Ruhe, "Perturbation bounds for means of eigenvalues and invariant subspaces", BIT 10, 1970.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from solvers.program import Vector

Mask = NDArray[np.bool_]
RIDGE = 1e-11  # what is added to squares of singular values of about 1
TURNS = 4  # each leaves RIDGE / (square + RIDGE) of what is not in the null space
NEAR, THIN = 1e-7, 1e-3  # part of a limit's size, and of the width between two limits
MOVES = 1e-6  # part of a vector whose entries are of size 1


def moving(matrix: sparse.csr_array, asked: Mask) -> Mask:
    """Rows of `matrix` that can move; none where none of the rows `asked` about can."""
    none = np.zeros(asked.size, dtype=bool)
    if not asked.any():
        return none
    scaled = _balanced(matrix)
    squared = scaled @ scaled.T + RIDGE * sparse.eye_array(asked.size)
    solve = splu(sparse.csc_matrix(squared)).solve
    drawn = np.random.default_rng(0).normal(size=(asked.size, 2))
    drawn[~asked, 0] = 0.0
    for _ in range(TURNS):
        drawn = RIDGE * solve(drawn)
    of_asked, of_all = np.abs(drawn).T > MOVES
    return of_all if of_asked[asked].any() else none


def _balanced(matrix: sparse.csr_array) -> sparse.csr_array:
    """The matrix with rows and columns of about length 1."""
    data, places = matrix.data.copy(), matrix.tocoo().coords
    for _ in range(3):
        for place, size in zip(places, matrix.shape, strict=True):
            length = np.sqrt(np.bincount(place, data**2, size))
            data /= np.where(length > 0, length, 1.0)[place]
    return sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def away(value: Vector, limit: Vector, width: Vector) -> Mask:
    """Which values lie away from a limit, by more than solvers leave."""
    near = NEAR * (1.0 + np.abs(limit))
    near = np.where(width > 0, np.minimum(near, THIN * width), near)
    found: Mask = ~np.isfinite(limit) | (np.abs(value - limit) > near)
    return found
