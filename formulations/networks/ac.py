"""AC power flow in rectangular voltages, for meshed and radial networks; quadratic, not convex.

G. L. Torres, V. H. Quintana, "An Interior-Point Method for Nonlinear Optimal Power Flow Using
Voltage Rectangular Coordinates", IEEE Trans. Power Syst. 13(4), 1998.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr import LinearExpression

from formulations.contract import Lookup, NetworkState, PriceParts
from formulations.decision import decide
from formulations.index_sets import member_periods
from formulations.networks import networks
from formulations.networks.dc import at_reference
from scenarios.matrices import Admittance, admittances
from scenarios.network import Network
from scenarios.traits import ProblemClass, Traits


@networks.member("ac")
@dataclass(frozen=True)
class Ac:
    """Voltage e + j f at every bus (p.u.), angle 0 at slack buses.

    A branch has variables for its power only where a rating limits it. `squared_at` names buses
    whose squared voltage is a variable of its own, v_squared, so that it can be given a price.
    With `soft_usd_per_pu2` voltage bands may be left at that price ($/h per p.u. squared), by
    v_short and v_over.
    """

    squared_at: tuple[str, ...] = ()
    soft_usd_per_pu2: float | None = None

    traits: ClassVar[Traits] = Traits(
        ProblemClass.NLP, levels=frozenset(), reactive=True, lossy=True, angles=True
    )

    def add_network(self, block: pyo.Block, network: Network, periods: Sequence[int]) -> None:
        """Add e, f (p.u.), balances, voltage bands, and limits of apparent power and angles."""
        buses = member_periods(block, network.buses, periods)
        block.e, block.f = pyo.Var(buses, initialize=1.0), pyo.Var(buses, initialize=0.0)
        lines = {k: admittances(line) for k, line in network.branches.items()}
        leaving = {
            (i, t): _power(block, i, terms, t)
            for i, terms in _bus_rows(network, lines).items()
            for t in periods
        }

        @block.Constraint(buses)
        def balance(b, i, t):
            return b.p_net[i, t] - leaving[i, t][0] == 0

        @block.Constraint(buses)
        def q_balance(b, i, t):
            return b.q_net[i, t] - leaving[i, t][1] == 0

        self._add_voltage_limits(block, network, periods)
        self._add_flow_limits(block, network, lines, periods)
        _add_angle_limits(block, network, periods)

    def _add_voltage_limits(
        self, block: pyo.Block, network: Network, periods: Sequence[int]
    ) -> None:
        if self.soft_usd_per_pu2 is not None:
            for name in ("v_short", "v_over"):
                decide(block, periods, name, list(network.buses), 0.0, 1.0, self.soft_usd_per_pu2)

        @block.Constraint(member_periods(block, network.buses, periods))
        def voltage_band(b, i, t):
            bus = network.buses[i]
            left = 0 if self.soft_usd_per_pu2 is None else b.v_short[i, t] - b.v_over[i, t]
            return (bus.v_min_pu**2, _squared(b, i, t) + left, bus.v_max_pu**2)

        priced = member_periods(block, self.squared_at, periods)
        block.v_squared = pyo.Var(priced, initialize=1.0)

        @block.Constraint(priced)
        def squared(b, i, t):
            return _squared(b, i, t) - b.v_squared[i, t] == 0

        for (i, t), e in block.e.items():
            slack, soft = i in network.references, self.soft_usd_per_pu2 is not None
            high = math.hypot(network.buses[i].v_max_pu, 1.0 if soft else 0.0)  # v_over goes to 1
            e.bounds = (0.0 if slack else -high, high)
            block.f[i, t].bounds = (0.0, 0.0) if slack else (-high, high)

    def _add_flow_limits(
        self,
        block: pyo.Block,
        network: Network,
        lines: dict[str, Admittance],
        periods: Sequence[int],
    ) -> None:
        rated = {
            (k, end): line.rating_mva
            for k, line in network.branches.items()
            if line.rating_mva is not None
            for end in ("from", "to")
        }
        places = [(k, end, t) for k, end in rated for t in periods]
        block.p_rated, block.q_rated = pyo.Var(places), pyo.Var(places)

        entering = {place: _into(block, network, lines, *place) for place in places}

        @block.Constraint(places)
        def p_rated_is_flow(b, k, end, t):
            return b.p_rated[k, end, t] == entering[k, end, t][0]

        @block.Constraint(places)
        def q_rated_is_flow(b, k, end, t):
            return b.q_rated[k, end, t] == entering[k, end, t][1]

        @block.Constraint(places)
        def flow_limit(b, k, end, t):
            limit = rated[k, end] ** 2
            return b.p_rated[k, end, t] ** 2 + b.q_rated[k, end, t] ** 2 <= limit

    def state(self, network: Network, value: Lookup) -> NetworkState:
        """Flows and voltages."""
        v = value("e") + 1j * value("f")
        at = {bus: n for n, bus in enumerate(network.buses)}
        flows = []
        for line in network.branches.values():
            y = admittances(line)
            here, there = v[at[line.from_bus]], v[at[line.to_bus]]
            flows.append(here * np.conj(y.own_from * here + y.mutual_from * there))
        flow = network.base_mva * np.array(flows).reshape(-1, v.shape[1])
        return NetworkState(flow.real, flow.imag, np.abs(v), np.angle(v))

    def price_parts(self, network: Network, price: Lookup, value: Lookup) -> PriceParts:
        """Prices are not split: losses, limits and voltages act together."""
        none = np.zeros((len(network.branches), price("balance").shape[1]))
        lmp = price("balance")
        return PriceParts(none, lmp - at_reference(network, lmp))


def _add_angle_limits(block: pyo.Block, network: Network, periods: Sequence[int]) -> None:
    """With V_from conj(V_to) = c + j s, the angle across a branch is limited by s <= tan(max) c.

    Below a right angle, that is: beyond it c is negative.
    """
    limits = {
        (k, sign): sign * math.tan(math.radians(angle))
        for k, line in network.branches.items()
        for sign, angle in ((1, line.angle_max_deg), (-1, line.angle_min_deg))
        if angle is not None
    }

    @block.Constraint([(k, sign, t) for k, sign in limits for t in periods])
    def angle_limit(b, k, sign, t):
        line = network.branches[k]
        c, s = _product(b, line.from_bus, line.to_bus, t)
        return sign * s - limits[k, sign] * c <= 0


def _squared(b: Any, i: str, t: int) -> Any:
    return b.e[i, t] ** 2 + b.f[i, t] ** 2


def _bus_rows(network: Network, lines: dict[str, Admittance]) -> dict[str, dict[str, complex]]:
    """Rows of the bus admittance matrix (MVA per p.u. squared), shunts included, by bus."""
    rows = {i: {i: complex(bus.g_shunt_mw, bus.b_shunt_mvar)} for i, bus in network.buses.items()}
    for k, line in network.branches.items():
        y, base = lines[k], network.base_mva
        here, there = rows[line.from_bus], rows[line.to_bus]
        here[line.from_bus] += base * y.own_from
        there[line.to_bus] += base * y.own_to
        here[line.to_bus] = here.get(line.to_bus, 0j) + base * y.mutual_from
        there[line.from_bus] = there.get(line.from_bus, 0j) + base * y.mutual_to
    return rows


def _into(
    b: Any, network: Network, lines: dict[str, Admittance], k: str, end: str, t: int
) -> tuple[Any, Any]:
    """Active and reactive power (MW, Mvar) into a branch at one of its ends."""
    line, y, base = network.branches[k], lines[k], network.base_mva
    if end == "from":
        terms = {line.from_bus: base * y.own_from, line.to_bus: base * y.mutual_from}
        return _power(b, line.from_bus, terms, t)
    terms = {line.to_bus: base * y.own_to, line.from_bus: base * y.mutual_to}
    return _power(b, line.to_bus, terms, t)


def _power(b: Any, i: str, terms: dict[str, complex], t: int) -> tuple[Any, Any]:
    """Active and reactive part of V_i conj(sum of y_j V_j)."""
    e, f = [b.e[j, t] for j in terms], [b.f[j, t] for j in terms]
    g, s = [y.real for y in terms.values()], [y.imag for y in terms.values()]
    real = LinearExpression(linear_coefs=[*g, *(-y for y in s)], linear_vars=[*e, *f])
    imag = LinearExpression(linear_coefs=[*g, *s], linear_vars=[*f, *e])
    own_e, own_f = b.e[i, t], b.f[i, t]
    return own_e * real + own_f * imag, own_f * real - own_e * imag


def _product(b: Any, i: str, j: str, t: int) -> tuple[Any, Any]:
    """Real and imaginary part of V_i conj(V_j)."""
    c = b.e[i, t] * b.e[j, t] + b.f[i, t] * b.f[j, t]
    return c, b.f[i, t] * b.e[j, t] - b.e[i, t] * b.f[j, t]
