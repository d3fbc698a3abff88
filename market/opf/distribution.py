"""What a DSO's optimal power flow answers the TSO at one operating point."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from formulations.networks.ac import Ac
from market.operators.area_tables import AreaResult
from market.operators.day import build_day
from market.operators.dispatch import scarcity_mw
from market.opf.answers import Complex, Offered, Values, voltages_of
from market.opf.boundary_slack import allow, boundary_slack
from market.opf.merged import flat
from scenarios.records import Bus
from scenarios.scenario import AreaView
from solvers.ipopt import IpoptSession
from solvers.sensitivity import response

SOFT_USD_PER_PU2 = 1e5  # $/h: a band is left only where a trial voltage leaves no other way
FREE_PU = 2.0  # the root's voltage, where the other side decides
LEAST_MVA = 0.1  # operators' solvers do not resolve what moves less


class DistributionOpf:
    """A DSO at one boundary; knows what crosses it at which prices, and nothing else above."""

    def __init__(self, view: AreaView, time_limit_s: float = 600.0) -> None:
        self.view = _with_free_root(view)
        root = self.view.network.slack_bus
        self.day = build_day(self.view, Ac((root,), SOFT_USD_PER_PU2))
        name = f"optimal power flow of area '{view.name}'"
        self.session = IpoptSession(self.day.program, name, time_limit_s)
        self.session.begin_at(flat(self.day))
        columns = self.day.columns
        self._root = columns["e"][[list(self.view.network.buses).index(root)], 0]
        self._crossing = np.array(
            [columns[n][0, 0] for n in ("p_boundary", "q_boundary", "v_squared")]
        )
        self._soft = np.concatenate([columns["v_short"].ravel(), columns["v_over"].ravel()])
        self._slack = boundary_slack(self.day)
        self.session.set_curvature(self._crossing[None], np.zeros((1, 3, 3)))
        self.x, self.dual = flat(self.day), np.zeros(self.day.program.row_lower.size)

    @property
    def scarcity_mw(self) -> float:
        """Power not served or spilled in the last answer."""
        return scarcity_mw(AreaResult(self.day, self.x, self.dual))

    @property
    def voltages(self) -> Complex:
        """Voltage of every bus in the last answer (p.u.), angle 0 at the root."""
        return voltages_of(self.day, self.x)

    @property
    def base_load(self) -> complex:
        """All load less generation of the base case (MVA), without losses."""
        view = self.view
        loads = (
            complex(r.p_mw, r.q_mvar) * float(view.factor(r.profile)[0])
            for r in view.loads.values()
        )
        units = view.generators.values()
        return sum(loads) - sum(complex(g.p_base_mw or 0.0, g.q_base_mvar or 0.0) for g in units)

    @property
    def size_mva(self) -> float:
        """Load and generating capacity together: what one step at the boundary is measured by."""
        loads = sum(abs(complex(r.p_mw, r.q_mvar)) for r in self.view.loads.values())
        units = sum(max(-g.p_min_mw, g.p_max_mw) for g in self.view.generators.values())
        return max(loads + units, LEAST_MVA)

    def respond(self, v: float, lmp: float, lmp_q: float) -> Offered:
        """Least cost and payment at a boundary voltage (p.u.) and prices; raises SolveFailed.

        Voltage bands are left, and power at the boundary is not served or spilled, at a price,
        where there is no other way.
        """
        session = self.session
        session.set_bounds(self._root, np.array([v]), np.array([v]))
        allow(session, self._soft, 1.0)
        session.set_cost(self._soft, np.full(self._soft.size, SOFT_USD_PER_PU2))
        allow(session, self._slack, np.inf)
        session.set_cost(self._crossing, np.array([lmp, lmp_q, 0.0]))
        session.set_curvature(self._crossing[None], np.zeros((1, 3, 3)))
        found = session.solve()
        self.x, self.dual = found.x, found.dual
        return self._offered(float(found.reduced[self._root[0]]))

    def wish(
        self, at: Values, price: Values, stiffness: Values
    ) -> tuple[Offered, Values, Values, Values]:
        """What it would have cross near `at`, beside what that costs and how it moves.

        Its own cost and payment at `price` count, and half `stiffness` times the square of what
        it moves; all bands are kept. Gives the answer, and a row of `Wished`: at, slope, bend.
        Raises SolveFailed.
        """
        session = self.session
        session.set_bounds(self._root, np.zeros(1), np.full(1, FREE_PU))
        allow(session, self._soft, 0.0)
        session.set_cost(self._soft, np.zeros(self._soft.size))
        allow(session, self._slack, 0.0)
        session.set_cost(self._crossing, price - stiffness * at)
        session.set_curvature(self._crossing[None], np.diag(stiffness)[None])
        found = session.solve()
        self.x, self.dual = found.x, found.dual
        moved = found.x[self._crossing]
        slope = -price - stiffness * (moved - at)
        bend = response(session.derivatives, found, self._crossing)
        return self._offered(2 * np.sqrt(moved[2]) * slope[2]), moved, slope, bend

    def _offered(self, rising: float) -> Offered:
        p, q, _ = self.x[self._crossing].tolist()
        outside = float(self.x[self._soft].sum())
        own = float(self.day.cost_by_period(self.x)[0]) - SOFT_USD_PER_PU2 * outside
        return Offered(p, q, float(rising), own, outside)


def _with_free_root(view: AreaView) -> AreaView:
    """The area without a voltage band at its root, where the other side decides."""
    root = view.network.slack_bus
    free = replace(view.network.buses[root], v_min_pu=0.0, v_max_pu=FREE_PU)
    buses: Mapping[str, Bus] = {**view.network.buses, root: free}
    return replace(view, network=replace(view.network, buses=buses))
