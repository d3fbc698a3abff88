"""What the TSO's optimal power flow answers the DSOs at one operating point."""

from collections.abc import Sequence

import numpy as np

from formulations.networks.ac import Ac
from market.operators.area_tables import AreaResult
from market.operators.day import build_day
from market.operators.dispatch import scarcity_mw
from market.opf.answers import Complex, Crossing, Served, Values, Wished, voltages_of
from market.opf.boundary_slack import allow, boundary_slack
from market.opf.merged import flat
from scenarios.scenario import AreaView
from solvers.ipopt import IpoptSession
from solvers.program import Positions, Solution


class TransmissionOpf:
    """The TSO; knows what DSOs draw or wish at its boundaries and what that is worth to them."""

    def __init__(self, view: AreaView, time_limit_s: float = 600.0) -> None:
        self.view = view
        at = [p.bus for p in view.ports.values()]
        buses = tuple(dict.fromkeys(at))
        self.day = build_day(view, Ac(squared_at=buses))
        self.session = IpoptSession(
            self.day.program, "optimal power flow of transmission", time_limit_s
        )
        self.session.begin_at(flat(self.day))
        self._bus = _places(at, list(view.network.buses))
        self._power = [self.day.columns[name][:, 0] for name in ("p_boundary", "q_boundary")]
        self._squared = self.day.columns["v_squared"][_places(at, buses), 0]
        self._crossing = np.stack([*self._power, self._squared], axis=1)
        self._slack = boundary_slack(self.day)
        self._bend(np.zeros((len(at), 3, 3)))
        self.x, self.dual = flat(self.day), np.zeros(self.day.program.row_lower.size)

    @property
    def scarcity_mw(self) -> float:
        """Power not served or spilled in the last answer."""
        return scarcity_mw(AreaResult(self.day, self.x, self.dual))

    @property
    def voltages(self) -> Complex:
        """Voltage of every bus in the last answer (p.u.)."""
        return voltages_of(self.day, self.x)

    @property
    def boundaries(self) -> list[str]:
        """Names of the boundaries, in the order of all arrays."""
        return list(self.view.ports)

    def respond(self, p_mw: Values, q_mvar: Values, rising: Values, v: Values) -> Served:
        """Least cost at given withdrawals; voltage moves are priced at `rising` about `v`.

        Power at boundaries is not served or spilled, at its price, where there is no other way.
        """
        none = np.zeros(p_mw.size)
        self._limit(self._squared, none - np.inf, none + np.inf)
        for columns, drawn in zip(self._power, (p_mw, q_mvar), strict=True):
            self.session.set_bounds(columns, drawn, drawn)
        allow(self.session, self._slack, np.inf)
        self._price(np.stack([none, none, rising / (2 * v)], axis=1))
        self._bend(np.zeros((none.size, 3, 3)))
        self._solve()
        return self._served()

    def settle(self, wished: Wished, curvature: Values, reach: Values) -> tuple[Served, Crossing]:
        """Least cost of all, DSOs' after slope and `curvature` (boundaries, 3, 3) about a wish.

        Nothing that crosses leaves what is wished by more than `reach`. Raises SolveFailed.
        """
        linear = wished.slope - np.einsum("bij,bj->bi", curvature, wished.at)
        self._limit(self._crossing, wished.at - reach, wished.at + reach)
        allow(self.session, self._slack, 0.0)
        self._price(linear)
        self._bend(curvature)
        self.session.move(self._crossing, wished.at)
        found = self._solve()
        at = found.x[self._crossing]
        theirs = linear + np.einsum("bij,bj->bi", curvature, at)
        return self._served(), Crossing(at, found.reduced[self._crossing] - theirs)

    def _solve(self) -> Solution:
        found = self.session.solve()
        self.x, self.dual = found.x, found.dual
        return found

    def _price(self, linear: Values) -> None:
        """Put linear costs on what crosses; boundaries of one bus share its voltage."""
        total = np.zeros(self.x_size)
        np.add.at(total, self._crossing, linear)
        columns = np.unique(self._crossing)
        self.session.set_cost(columns, total[columns])

    def _bend(self, curvature: Values) -> None:
        self.session.set_curvature(self._crossing, curvature)

    def _limit(self, columns: Positions, lower: Values, upper: Values) -> None:
        """Bound columns; of several bounds on one column the widest counts."""
        low, high = np.full((2, self.x_size), np.inf)
        np.minimum.at(low, columns, lower)
        np.minimum.at(high, columns, -upper)
        own = np.unique(columns)
        self.session.set_bounds(own, low[own], -high[own])

    @property
    def x_size(self) -> int:
        """Columns of the problem."""
        return int(self.day.program.cost.size)

    def _served(self) -> Served:
        voltage = self.voltages[self._bus]
        return Served(
            np.abs(voltage),
            np.angle(voltage),
            self.day.price(self.dual, "balance")[self._bus, 0],
            self.day.price(self.dual, "q_balance")[self._bus, 0],
            float(self.day.cost_by_period(self.x)[0]),
        )


def _places(buses: Sequence[str], among: Sequence[str]) -> Positions:
    return np.array([among.index(bus) for bus in buses], dtype=np.int64)
