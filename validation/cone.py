"""Feeders with losses: currents, and what the relaxed branch flow leaves unearned at its prices.

At given prices of power and of voltage a branch gains p P + q Q - c L, L being |S|^2 / v. Within
|S|^2 <= v L it can gain at most v (p^2 + q^2) / (4 c), which is what its voltage is worth to it.
M. Farivar, S. H. Low, "Branch Flow Model", IEEE Trans. Power Syst. 28(3), 2013.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from validation.check import Check, Missed, Rows, check
from validation.cleared import Cleared
from validation.grid import column

EXACT_MW = 1e-4  # of loss that no flow causes: what an interior-point solver leaves of a cone
MOST_WALKS, SETTLED = 50, 1e-10  # $/h per p.u. squared
NEAR_PU = 1e-5  # of a limit
LEAST_COST = 1e-12  # $/h per MVA^2: a current that costs nothing


def currents_follow_flows(cleared: Cleared) -> Check:
    """No branch loses more than its flow causes: else the relaxation is not exact there."""
    lower = ~cleared.grid.upper_branch
    names = np.array(cleared.grid.branch_names)[lower].tolist()
    r = column(cleared.grid.branches, "r_pu") / cleared.grid.base_mva
    excess = r * (cleared.current - cleared.flow_current)
    return check("losses follow flows", EXACT_MW, "MW", Missed(names, excess[lower]))


@dataclass(frozen=True)
class ConePrices:
    """Prices of all branches of all feeders, worked out from those of power at their buses.

    `limit` are those of ratings; what a branch gains from its flow and pays for its current follow
    from the prices at its ends and from `drop`, the price of its voltage drop.
    """

    cleared: Cleared

    @cached_property
    def _line(self) -> tuple[Rows, Rows]:
        base = self.cleared.grid.base_mva
        branches = self.cleared.grid.branches
        return column(branches, "r_pu") / base, column(branches, "x_pu") / base

    @cached_property
    def start(self) -> Rows:
        """Squared voltage behind the tap at the from end."""
        grid = self.cleared.grid
        tap = column(grid.branches, "tap")
        squared: Rows = np.nan_to_num(self.cleared.voltage["v_pu"])[grid.start] ** 2 / tap**2
        return squared

    @cached_property
    def _flow(self) -> tuple[Rows, Rows, Rows, Rows]:
        """P and Q at the from and at the to end."""
        p, q = (np.nan_to_num(self.cleared.flow[n]) for n in ("p_mw", "q_mvar"))
        (r, x), current = self._line, self.cleared.current
        return p, q, p - r * current, q - x * current

    @cached_property
    def limit(self) -> tuple[Rows, Rows, NDArray[np.bool_]]:
        """Active and reactive price of each rating, and where the to end meets it first."""
        p, q, p_to, q_to = self._flow
        arrives = np.hypot(p_to, q_to) > np.hypot(p, q)
        shadow = np.nan_to_num(self.cleared.flow["shadow_usd_per_mwh"])
        active, reactive = np.where(arrives, p_to, p), np.where(arrives, q_to, q)
        pressed = (shadow != 0.0) & (active != 0.0)
        ratio = np.divide(reactive, active, out=np.zeros_like(active), where=pressed)
        return shadow, shadow * ratio, arrives

    @cached_property
    def _walked(self) -> tuple[Rows, Rows]:
        """Price of a Mvar at every bus and of every voltage drop, which agree with each other.

        Walks outwards give the first from the second, walks inwards the second from the first.
        """
        drop = np.zeros_like(self.start)
        for _ in range(MOST_WALKS):
            reactive, worth = self._outwards(drop)
            before, drop = drop, self._inwards(worth, self._shunt_worth(reactive))
            if float(np.abs(drop - before).max(initial=0.0)) < SETTLED:
                break
        return reactive, drop

    def _outwards(self, drop: Rows) -> tuple[Rows, Rows]:
        """Price of a Mvar at every bus, and worth of every current, from the roots outwards."""
        grid, price = self.cleared.grid, self.cleared.prices
        (r, x), (_, q, _, _) = self._line, self._flow
        (shadow, q_shadow, arrives), start = self.limit, self.start
        reactive, worth = np.zeros_like(price), np.zeros_like(q)
        for k in reversed(grid.inwards):
            i, j, outwards = grid.start[k], grid.end[k], grid.far[k] == grid.end[k]
            step = 2 * x[k] * drop[k] + q_shadow[k]
            known = reactive[i] + step if outwards else reactive[j]
            relief = np.where(arrives[k], shadow[k] * r[k] + q_shadow[k] * x[k], 0.0)
            cost = r[k] * price[j] + x[k] * known - (r[k] ** 2 + x[k] ** 2) * drop[k] - relief
            worth[k] = cost / (start[k] - (2 * x[k] * q[k] if outwards else 0.0))
            step = step + 2 * worth[k] * q[k]
            if outwards:
                reactive[j] = reactive[i] + step
            else:
                reactive[i] = reactive[j] - step
        return reactive, worth

    def _inwards(self, worth: Rows, gained: Rows) -> Rows:
        """Price of every voltage drop, from the leaves inwards; `gained` is that of shunts.

        A voltage within its band is worth nothing; behind a voltage at its limit the price is what
        the rise of the price of power leaves.
        """
        grid, price, current = self.cleared.grid, self.cleared.prices, self.cleared.current
        (r, _), (p, _, _, _), shadow = self._line, self._flow, self.limit[0]
        drop = np.zeros_like(worth)
        tap2, at_limit = column(grid.branches, "tap") ** 2, self._at_limit
        for k in grid.inwards:
            i, j, far = grid.start[k], grid.end[k], int(grid.far[k])
            own = worth[k] * current[k]
            inner = gained[j] if far == j else -gained[i] * tap2[k] - own
            if r[k, 0] > 0 and at_limit[far].any():
                rise = price[j] - price[i] - shadow[k] - 2 * worth[k] * p[k]
                inner = np.where(at_limit[far], rise / (2 * r[k]), inner)
            drop[k] = inner
            if far == j:
                gained[i] += (drop[k] + own) / tap2[k]
            else:
                gained[j] -= drop[k]
        return drop

    def _shunt_worth(self, reactive: Rows) -> Rows:
        """What shunts gain from a squared voltage, shape (buses, periods)."""
        g = column(self.cleared.scenario.buses, "g_shunt_mw")
        worth: Rows = reactive * self.cleared.shunt_mvar - self.cleared.prices * g
        return worth

    @cached_property
    def _at_limit(self) -> NDArray[np.bool_]:
        """Which voltages stand at a limit of their band, shape (buses, periods)."""
        buses = self.cleared.scenario.buses
        low, high = (column(buses, name) for name in ("v_min_pu", "v_max_pu"))
        v = np.nan_to_num(self.cleared.voltage["v_pu"], nan=1.0)
        return (v < low + NEAR_PU) | (v > high - NEAR_PU)

    @property
    def drop(self) -> Rows:
        """Price of every voltage drop, $/h per p.u. squared."""
        return self._walked[1]

    @property
    def reactive(self) -> Rows:
        """Price of a Mvar at every bus ($/Mvarh)."""
        return self._walked[0]

    @cached_property
    def _gains(self) -> tuple[Rows, Rows, Rows]:
        """What a branch gains per MW and Mvar of its flow, and what its current costs."""
        grid, price, reactive = self.cleared.grid, self.cleared.prices, self.reactive
        (r, x), (shadow, q_shadow, arrives) = self._line, self.limit
        p = price[grid.end] - price[grid.start] - 2 * r * self.drop - shadow
        q = reactive[grid.end] - reactive[grid.start] - 2 * x * self.drop - q_shadow
        bend = (r**2 + x**2) * self.drop
        relief = np.where(arrives, shadow * r + q_shadow * x, 0.0)
        cost = r * price[grid.end] + x * reactive[grid.end] - bend - relief
        return p, q, cost

    @cached_property
    def voltage_worth(self) -> Rows:
        """What the squared voltage before a branch is worth to it, shape (branches, periods)."""
        p, q, cost = self._gains
        squared, lower = p**2 + q**2, ~self.cleared.grid.upper_branch.reshape(-1, 1)
        dear = cost > LEAST_COST
        worth: Rows = np.divide(squared, 4 * cost, out=np.zeros_like(cost), where=dear & lower)
        worth[lower & ~dear & (squared > LEAST_COST)] = np.inf
        return worth

    def branches_unearned(self) -> Rows:
        """What flows and ratings could gain at these prices, less what they do ($/h)."""
        grid, current = self.cleared.grid, self.cleared.current
        (p_flow, q_flow, p_to, q_to), (p, q, cost) = self._flow, self._gains
        shadow, q_shadow, arrives = self.limit
        gained = p * p_flow + q * q_flow - cost * current
        unearned = self.voltage_worth * self.start - gained
        rating = np.where(np.isinf(grid.rating), 0.0, grid.rating)
        active, reactive = np.where(arrives, p_to, p_flow), np.where(arrives, q_to, q_flow)
        at_limit = shadow * active + q_shadow * reactive
        total: Rows = unearned + np.hypot(shadow, q_shadow) * rating - at_limit
        return total

    def bus_worth(self) -> Rows:
        """What a squared voltage is worth to branches and shunts, shape (buses, periods)."""
        grid = self.cleared.grid
        tap = column(grid.branches, "tap")
        before = grid.sum_at(
            grid.start, np.where(grid.upper_branch[:, None], 0.0, self.voltage_worth) / tap**2
        )
        worth: Rows = grid.voltage_worth @ self.drop + before + self._shunt_worth(self.reactive)
        return worth
