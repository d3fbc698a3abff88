"""What each operator's optimal power flow answers the other at one operating point."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formulations.networks.ac import Ac
from market.operators.area_tables import AreaResult
from market.operators.day import Day, build_day
from market.operators.dispatch import scarcity_mw
from market.opf.merged import flat
from scenarios.records import Bus
from scenarios.scenario import AreaView
from solvers.ipopt import IpoptSession
from solvers.program import Positions

SOFT_USD_PER_PU2 = 1e5  # $/h: a band is left only where a trial voltage leaves no other way
Values = NDArray[np.float64]
Complex = NDArray[np.complex128]


@dataclass(frozen=True)
class Offered:
    """A DSO's answer: what it draws (MW, Mvar), its own cost ($/h), and what voltage is worth.

    `rising` ($/h per p.u.) is the change of all it minimises with the boundary voltage; `outside`
    (p.u. squared) is by how much it leaves voltage bands in all.
    """

    p_mw: float
    q_mvar: float
    rising: float
    cost_usd_per_h: float
    outside: float


@dataclass(frozen=True)
class Served:
    """The TSO's answer: voltage (p.u.) and prices ($/MWh, $/Mvarh) at every boundary; its cost."""

    v: Values
    angle: Values
    lmp: Values
    lmp_q: Values
    cost_usd_per_h: float


class DistributionOpf:
    """A DSO at one boundary; knows its voltage and prices, and nothing else of transmission."""

    def __init__(self, view: AreaView, time_limit_s: float = 600.0) -> None:
        self.view = _with_free_root(view)
        self.day = build_day(self.view, Ac(soft_usd_per_pu2=SOFT_USD_PER_PU2))
        name = f"optimal power flow of area '{view.name}'"
        self.session = IpoptSession(self.day.program, name, time_limit_s)
        self.session.begin_at(flat(self.day))
        root = list(self.view.network.buses).index(self.view.network.slack_bus)
        self._root = self.day.columns["e"][[root], 0]
        self._p = self.day.columns["p_boundary"].ravel()
        self._q = self.day.columns["q_boundary"].ravel()
        self.x, self.dual = flat(self.day), np.zeros(self.day.program.row_lower.size)

    @property
    def scarcity_mw(self) -> float:
        """Power not served or spilled in the last answer."""
        return scarcity_mw(AreaResult(self.day, self.x, self.dual))

    @property
    def voltages(self) -> Complex:
        """Voltage of every bus in the last answer (p.u.), angle 0 at the root."""
        return voltages_of(self.day, self.x)

    def respond(self, v: float, lmp: float, lmp_q: float) -> Offered:
        """Least cost and payment at a boundary voltage (p.u.) and prices; raises SolveFailed."""
        self.session.set_bounds(self._root, np.array([v]), np.array([v]))
        self.session.set_cost(self._p, np.array([lmp]))
        self.session.set_cost(self._q, np.array([lmp_q]))
        found = self.session.solve()
        self.x, self.dual = found.x, found.dual
        outside = sum(float(self.day.value(found.x, n).sum()) for n in ("v_short", "v_over"))
        own = float(self.day.cost_by_period(found.x)[0]) - SOFT_USD_PER_PU2 * outside
        return Offered(
            float(found.x[self._p[0]]),
            float(found.x[self._q[0]]),
            float(found.reduced[self._root[0]]),
            own,
            outside,
        )


class TransmissionOpf:
    """The TSO; knows what is drawn at its boundaries and what voltage is worth there."""

    def __init__(self, view: AreaView, time_limit_s: float = 600.0) -> None:
        self.view = view
        buses = tuple(dict.fromkeys(p.bus for p in view.ports.values()))
        self.day = build_day(view, Ac(squared_at=buses))
        self.session = IpoptSession(
            self.day.program, "optimal power flow of transmission", time_limit_s
        )
        self.session.begin_at(flat(self.day))
        names = list(view.network.buses)
        self._bus = _places([p.bus for p in view.ports.values()], names)
        self._place = _places([p.bus for p in view.ports.values()], buses)
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
        """Least cost at given withdrawals; voltage moves are priced at `rising` about `v`."""
        day = self.day
        for name, drawn in (("p_boundary", p_mw), ("q_boundary", q_mvar)):
            self.session.set_bounds(day.columns[name].ravel(), drawn, drawn)
        columns = day.columns["v_squared"][:, 0]
        price = np.zeros(columns.size)
        np.add.at(price, self._place, rising / (2 * v))
        self.session.set_cost(columns, price)
        found = self.session.solve()
        self.x, self.dual = found.x, found.dual
        voltage = self.voltages[self._bus]
        return Served(
            np.abs(voltage),
            np.angle(voltage),
            day.price(found.dual, "balance")[self._bus, 0],
            day.price(found.dual, "q_balance")[self._bus, 0],
            float(day.cost_by_period(found.x)[0]),
        )


def _with_free_root(view: AreaView) -> AreaView:
    """The area without a voltage band at its root, where the other side decides."""
    root = view.network.slack_bus
    free = replace(view.network.buses[root], v_min_pu=0.0, v_max_pu=2.0)
    buses: Mapping[str, Bus] = {**view.network.buses, root: free}
    return replace(view, network=replace(view.network, buses=buses))


def _places(buses: Sequence[str], among: Sequence[str]) -> Positions:
    return np.array([among.index(bus) for bus in buses], dtype=np.int64)


def voltages_of(day: Day, x: Values) -> Complex:
    """Voltage of every bus (p.u.) of one operating point."""
    v: Complex = (day.value(x, "e") + 1j * day.value(x, "f"))[:, 0]
    return v


def stack(answers: Sequence[Offered], name: str) -> Values:
    """One number of every answer."""
    return np.array([getattr(a, name) for a in answers], dtype=float)
