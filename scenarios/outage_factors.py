"""How the flow of a branch that is lost goes over to the others.

A. J. Wood, B. F. Wollenberg, G. B. Sheble, "Power Generation, Operation and Control", ch. 7.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from scenarios.islands import bridges
from scenarios.matrices import incidence, susceptance
from scenarios.network import Network

Array = NDArray[np.float64]


@dataclass(frozen=True)
class OutageFactors:
    """What each branch (rows) takes of every MW that a lost branch (columns) carried, DC.

    `outages` leave no island; those of `islanding` do, and are left out.
    """

    network: Network
    outages: tuple[str, ...]
    islanding: tuple[str, ...]

    @staticmethod
    def of(network: Network, lost: Collection[str]) -> "OutageFactors":
        """Factors of the branches that may be lost."""
        only_way = bridges(network)
        named = [k for k in network.branches if k in lost]
        kept, apart = (tuple(k for k in named if (k in only_way) is b) for b in (False, True))
        return OutageFactors(network, kept, apart)

    @cached_property
    def lost(self) -> NDArray[np.int64]:
        """Row of each outage among the branches."""
        at = {branch: n for n, branch in enumerate(self.network.branches)}
        return np.array([at[k] for k in self.outages], dtype=np.int64)

    @cached_property
    def worth(self) -> Array:
        """MW per rad of every branch."""
        lines = self.network.branches.values()
        return np.array([susceptance(k, self.network.base_mva) for k in lines])

    @cached_property
    def factor(self) -> Array:
        """Shape (branches, outages); -1 where a branch itself is lost."""
        a = sparse.csc_array(incidence(self.network))
        fixed = self.network.references
        others = [n for n, bus in enumerate(self.network.buses) if bus not in fixed]
        kept = a[:, others]
        nodal: Any = sparse.csc_array(kept.T @ sparse.diags_array(self.worth) @ kept)
        sent = splu(nodal).solve(kept[self.lost].T.toarray())
        moved = self.worth[:, None] * (kept @ sent)  # of a MW sent from end to end of each
        itself = np.arange(self.lost.size)
        factor: Array = moved / (1.0 - moved[self.lost, itself])
        factor[self.lost, itself] = -1.0
        return factor

    @cached_property
    def rating(self) -> Array:
        """Limit of every branch after an outage (MW); infinite where there is none."""
        ratings = [
            k.rating_mva if k.emergency_mva is None else k.emergency_mva
            for k in self.network.branches.values()
        ]
        return np.array([np.inf if r is None else r for r in ratings])

    def after(self, flow: Array, outage: int) -> Array:
        """Flows (MW), shape (branches, periods), after one outage, from those without any."""
        carried = flow[self.lost[outage]]
        moved: Array = flow + self.factor[:, outage, None] * carried
        return moved
