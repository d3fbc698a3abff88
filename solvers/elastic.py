"""What limits would have to give where a program has no feasible point.

Laws (equality rows) stay; every other limit may be exceeded at a price relative to its size, and
the cheapest way to a feasible point tells which of them contradict each other. J. W. Chinneck,
"Feasibility and Infeasibility in Optimization", 2008, chapter 4.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from solvers.highs import HighsSession
from solvers.program import Program, Vector


@dataclass(frozen=True)
class Relief:
    """By how much each column and each row would have to exceed its limits."""

    columns: Vector
    rows: Vector


def relief(program: Program, name: str, time_limit_s: float) -> Relief | None:
    """The least relief, zero where the program is feasible; None for rows with products.

    Raises SolveFailed where not even laws alone have a solution.
    """
    if program.products is not None:
        return None
    columns, rows = program.cost.size, program.row_lower.size
    loose = np.flatnonzero(program.row_lower < program.row_upper)
    limits = sparse.vstack([program.matrix, sparse.eye_array(columns)], format="csr")
    places = np.concatenate([loose, rows + np.arange(columns)])
    count = places.size
    gives = sparse.csr_array(
        (np.ones(count), (places, np.arange(count))), shape=(rows + columns, count)
    )
    lower = np.concatenate([program.row_lower, program.lower])
    upper = np.concatenate([program.row_upper, program.upper])
    size = np.minimum(np.abs(lower[places]), np.abs(upper[places]))
    price = 1.0 / (1.0 + np.where(np.isfinite(size), size, 0.0))
    free = np.full(columns, np.inf)
    elastic = Program(
        cost=np.concatenate([np.zeros(columns), price, price]),
        lower=np.concatenate([-free, np.zeros(2 * count)]),
        upper=np.concatenate([free, np.full(2 * count, np.inf)]),
        matrix=sparse.csr_array(sparse.hstack([limits, gives, -gives])),
        row_lower=lower,
        row_upper=upper,
    )
    x = HighsSession(elastic, name, time_limit_s).solve().x
    given = np.zeros(rows + columns)
    given[places] = x[columns : columns + count] + x[columns + count :]
    return Relief(given[rows:], given[:rows])
