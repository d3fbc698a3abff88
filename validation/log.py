"""What was said of worth in a coordination, and the bounds that follow from it.

What areas and transmission earn at best at any prices bounds the welfare from above (L. S. Lasdon,
"Optimization Theory for Large Systems", 1970). With areas held to what they had offered it bounds
what can be made of these offers, and so the lower bound.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from validation.check import Rows
from validation.grid import Mask, Places
from validation.messages import NEAR, Messages

EVERY = slice(None)


@dataclass(frozen=True)
class Log:
    """What was said of worth: points (schedule, worth) and most earned at prices, by question."""

    messages: Messages

    @cached_property
    def prices(self) -> Rows:
        """Boundary prices ($/MWh) that replies are the best at, (questions, boundaries, periods).

        They are those asked, those to which a slope has risen at the reply, or the values told.
        """
        plan, slope = (self.messages.by_period(quantity) for quantity in NEAR)
        prices, value = self.messages.by_period("price"), self.messages.by_period("value")
        risen = prices + np.nan_to_num(slope * (self.schedules - plan))
        return np.where(np.isfinite(value), value, risen)

    @cached_property
    def schedules(self) -> Rows:
        """Boundary power (MW) of every question, the same shape; NaN where none was offered."""
        return self.messages.by_period("schedule")

    @cached_property
    def worth(self) -> Rows:
        """Worth ($) of each, shape (questions, areas, parts of the day)."""
        return self.messages.worth("welfare")

    @cached_property
    def slack(self) -> Rows:
        """Most ($) that an area's reply falls short, shape (questions, areas)."""
        return self.messages.by_day("slack")[:, : len(self.messages.areas)]

    @cached_property
    def bound(self) -> Rows:
        """Most ($) that transmission earns at the prices of a question; NaN where not known."""
        return self.messages.by_day("bound")[:, 0]

    @cached_property
    def earned(self) -> Rows:
        """Most ($) that each area earns at the prices of a question; NaN where it did not reply."""
        earned: Rows = self.left.sum(axis=2) + self.slack
        return earned

    @cached_property
    def left(self) -> Rows:
        """What every reply leaves an area ($), shape (questions, areas, parts of the day)."""
        return self.worth - self._paid(self.prices, self.schedules)

    def _paid(self, prices: Rows, schedules: Rows) -> Rows:
        return self.messages.parted(prices * schedules * self.messages.cleared.hours)

    def points(self, area: int) -> tuple[Rows, Rows, Rows]:
        """Schedules of an area that have a worth, those worths, and the round of each."""
        own = self.messages.area_at == area
        told = np.isfinite(self.worth[:, area, 0])
        schedules, worth = self.schedules[np.ix_(told, own)], self.worth[told, area]
        rounds = self.messages.round_of[told].astype(float)
        last = self.messages.worth("final_welfare")[-1, area]
        if np.isfinite(last[0]):
            held = self.messages.by_period("final_schedule")[-1][None, own]
            schedules, worth = np.concatenate([schedules, held]), np.vstack([worth, last])
            rounds = np.append(rounds, rounds.max(initial=0.0))
        return schedules, worth, rounds

    def left_at(self, area: int, prices: Rows, of: Places | Mask | slice = EVERY) -> Rows:
        """What points of an area leave it ($), shape (price vectors, points, parts of the day).

        At all `prices` or `of` some of them.
        """
        own, hours = self.messages.area_at == area, self.messages.cleared.hours
        schedules, worth, _ = self.points(area)
        paid = np.einsum("qbt,kbt->qkt", prices[:, own][of] * hours, schedules)
        if self.messages.coupled[area]:
            paid = np.pad(paid.sum(axis=2, keepdims=True), [(0, 0), (0, 0), (0, hours.size - 1)])
        left: Rows = worth - paid
        return left

    def upper_bounds(self) -> Rows:
        """Welfare ($) that nothing exceeds by each question; infinite where it tells none.

        Where a commitment is held its bound is of no other: then it is the ceiling that was told.
        """
        upper: Rows = np.nan_to_num(self.bound + self.earned.sum(axis=1), nan=np.inf)
        ceiling = self.messages.by_day("ceiling")[:, 0]
        return np.where(np.isnan(self.messages.commitment), upper, ceiling)

    def held_bound(self) -> float:
        """Welfare ($) that nothing exceeds at the end, with the plants that are then held."""
        bound, earned = (self.messages.by_day(f"final_{q}")[-1] for q in ("bound", "earned"))
        return float(bound[0] + earned.sum())

    def final_bound(self) -> float:
        """Welfare ($) that nothing exceeds at the end, whatever plants do."""
        ceiling = float(self.messages.by_day("final_ceiling")[-1, 0])
        return self.held_bound() if np.isnan(ceiling) else ceiling

    def within_final(self, bound: float) -> float:
        """Most welfare ($) that the final schedule makes by what areas said of it, if they did.

        `bound` is the most ($) that transmission earns at the final prices.
        """
        worth = self.messages.worth("final_welfare")[-1]
        prices, schedule = (
            self.messages.by_period(f"final_{q}")[-1] for q in ("price", "schedule")
        )
        sold = float((prices * schedule * self.messages.cleared.hours).sum())
        return bound - sold + float(worth.sum()) if np.isfinite(worth).all() else np.inf

    def within_offers(self, rounds: int) -> Rows:
        """Most welfare ($) that can be made of what was offered up to each round from 1.

        That is with the best commitment that was held by then.
        """
        asked = np.flatnonzero(np.isfinite(self.bound))
        most = np.tile(self.bound[asked], (rounds, 1))
        for area in range(len(self.messages.areas)):
            left = self.left_at(area, self.prices, asked)
            best = np.maximum.accumulate(left, axis=1).sum(axis=2)
            if self.messages.carries[area]:
                best = np.maximum(best, self._by_hour(area, asked))
            when = self.points(area)[2]
            heard = np.searchsorted(when, np.arange(1, rounds + 1), side="right") - 1
            most += np.where(heard >= 0, best[:, heard], np.inf).T
        return self._of_commitments(most, asked)

    def _of_commitments(self, most: Rows, asked: Places) -> Rows:
        """The least of all bounds of a commitment, the greatest of all commitments, by round.

        Bounds with plants partly on are of all commitments.
        """
        held, rounds = self.messages.commitment[asked], np.arange(1, len(most) + 1)
        of_all: Rows = most[:, np.isnan(held)].min(axis=1, initial=np.inf)
        found = np.full(len(most), -np.inf)
        for number in np.unique(held[np.isfinite(held)]):
            own = held == number
            known = rounds >= self.messages.round_of[asked[own]].min()
            least = np.minimum(of_all, most[:, own].min(axis=1))
            found = np.where(known, np.maximum(found, least), found)
        return found if np.isfinite(held).any() else of_all

    def _by_hour(self, area: int, asked: Places) -> Rows:
        """Most ($) that hours of an area's points leave it, shape (price vectors, points).

        What it carries from one to the next may only make that less, and no mix of what it can do
        leaves more than its own reply to the prices.
        """
        own, hours = self.messages.area_at == area, self.messages.cleared.hours
        schedules, _, _ = self.points(area)
        told = np.isfinite(self.worth[:, area, 0])
        by_hour = self.messages.by_period("welfare")[told, int(np.argmax(own))]
        worth = np.full(schedules[:, 0].shape, -np.inf)  # of the final schedule no hour is known
        worth[: len(by_hour)] = np.nan_to_num(by_hour, nan=-np.inf)
        left = worth - np.einsum("qbt,kbt->qkt", self.prices[:, own][asked] * hours, schedules)
        most = np.maximum.accumulate(left, axis=1).sum(axis=2)
        kept: Rows = np.nan_to_num(self.earned[asked, area], nan=np.inf)[:, None]
        return np.array(np.minimum(most, kept))
