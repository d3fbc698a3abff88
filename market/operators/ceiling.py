"""Transmission's program in which areas are worth what their cuts permit.

Cuts hold whatever an area is; with whole numbers in the program its optimum is a bound of the
welfare that needs no convexity of transmission (A. M. Geoffrion, "Generalized Benders
Decomposition", J. Optim. Theory Appl. 10(4), 1972).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from market.coordination.cuts import Cuts
from market.operators.day import Day
from solvers.program import Program


@dataclass(frozen=True)
class Posed:
    """A day against cuts.

    Behind its columns stand a worth ($) for every part of them, and what areas carry on.
    """

    day: Day
    cuts: Cuts

    @cached_property
    def program(self) -> Program:
        """The program; its optimum is the welfare with the sign turned."""
        base, cuts = self.day.program, self.cuts
        boundary = self.day.crossing
        count, parts = cuts.most.size, int(cuts.part.max(initial=-1)) + 1
        once = (np.ones(boundary.size), (np.arange(boundary.size), boundary.T.ravel()))
        cells = sparse.csr_array(once, shape=(boundary.size, base.cost.size))
        which = (np.ones(count), (np.arange(count), cuts.part))
        own = sparse.csr_array(which, shape=(count, parts))
        cost = np.concatenate([np.full(parts, -1.0), np.zeros(cuts.carried.shape[1])])
        wider = base.with_columns(cost, sparse.csc_array((base.row_lower.size, cost.size)))
        wider.lower[base.cost.size :] = -np.inf
        wider.lower[boundary] = np.maximum(wider.lower[boundary], cuts.least)
        wider.upper[boundary] = np.minimum(wider.upper[boundary], cuts.greatest)
        rows = sparse.csr_array(sparse.hstack([-(cuts.power @ cells), own, -cuts.carried]))
        return replace(wider.with_rows(rows, np.full(count, -np.inf), cuts.most), follows=None)
