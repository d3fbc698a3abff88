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
FULL = 0.99  # of a rating: on others a shadow price is noise, whatever its reactive part would be
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
        full = np.hypot(active, reactive) > FULL * self.cleared.grid.rating
        pressed = full & (shadow != 0.0) & (active != 0.0)
        ratio = np.divide(reactive, active, out=np.zeros_like(active), where=pressed)
        return shadow, shadow * ratio, arrives

    @property
    def drop(self) -> Rows:
        """Price of every voltage drop, $/h per p.u. squared; any other proves a bound as well."""
        return np.nan_to_num(self.cleared.flow["drop_usd_per_h"])

    def _current_cost(self, drop: Rows) -> Rows:
        """What losses of a current cost, less what it adds to the voltage and leaves of ratings."""
        grid, price = self.cleared.grid, self.cleared.prices
        (r, x), (shadow, q_shadow, arrives) = self._line, self.limit
        relief = np.where(arrives, shadow * r + q_shadow * x, 0.0)
        lost = r * price[grid.end] + x * self.reactive[grid.end]
        cost: Rows = lost - (r**2 + x**2) * drop - relief
        return cost

    @cached_property
    def _shunt_worth(self) -> Rows:
        """What shunts gain from a squared voltage, shape (buses, periods)."""
        cleared = self.cleared
        worth: Rows = self.reactive * cleared.shunt_mvar - cleared.prices * cleared.shunt_mw
        return worth

    @cached_property
    def reactive(self) -> Rows:
        """Price of a Mvar at every bus ($/Mvarh)."""
        return np.nan_to_num(self.cleared.lmp["reactive_usd_per_mvarh"])

    def _gains(self, drop: Rows) -> tuple[Rows, Rows, Rows]:
        """What a branch gains per MW and Mvar of its flow, and what its current costs."""
        grid, price, reactive = self.cleared.grid, self.cleared.prices, self.reactive
        (r, x), (shadow, q_shadow, _) = self._line, self.limit
        p = price[grid.end] - price[grid.start] - 2 * r * drop - shadow
        q = reactive[grid.end] - reactive[grid.start] - 2 * x * drop - q_shadow
        return p, q, self._current_cost(drop)

    @cached_property
    def voltage_worth(self) -> Rows:
        """What the squared voltage before a branch is worth to it, shape (branches, periods).

        Where a current costs nothing though its flow gains, that has no limit but the flow's: the
        rating, or all power of the day.
        """
        worth, (p, q, cost) = self._worth(self.drop), self._gains(self.drop)
        rating = self.cleared.grid.rating
        endless = np.isinf(worth)
        reach = np.where(np.isinf(rating), self._all_power, rating) / np.where(
            endless, self.start, 1
        )
        most = np.hypot(p, q) * reach + np.abs(cost) * reach**2
        return np.where(endless, most, worth)

    @cached_property
    def _all_power(self) -> float:
        """What all devices could produce, and all power that they take (MW)."""
        taken = sum(float(np.nansum(np.abs(n["p_mw"]))) for n in self.cleared.assets)
        return taken + float(self.cleared.greatest_output.sum())

    def _worth(self, drop: Rows) -> Rows:
        p, q, cost = self._gains(drop)
        squared, lower = p**2 + q**2, ~self.cleared.grid.upper_branch.reshape(-1, 1)
        dear = cost > LEAST_COST
        worth: Rows = np.divide(squared, 4 * cost, out=np.zeros_like(cost), where=dear & lower)
        worth[lower & ~dear & (squared > LEAST_COST)] = np.inf
        return worth

    def branches_unearned(self) -> Rows:
        """What flows and ratings could gain at these prices, less what they do ($/h)."""
        grid, current = self.cleared.grid, self.cleared.current
        (p_flow, q_flow, p_to, q_to), (p, q, cost) = self._flow, self._gains(self.drop)
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
        worth: Rows = grid.voltage_worth @ self.drop + before + self._shunt_worth
        return worth
