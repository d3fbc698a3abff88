"""The log of a coordination as arrays, by the keys of its rows and not by their order."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.results import ENERGY, TSO
from validation.check import Missed, Rows
from validation.cleared import Cleared
from validation.grid import Mask, Places

NEAR = ("plan", "slope")
LIMITS = ("least", "most")
BY_PERIOD = (
    *("price", *NEAR, "value", "schedule", "welfare", *LIMITS),
    *("final_price", "final_schedule", "final_welfare"),
)
OF_PLANTS = ("commitment", "ceiling")
BY_DAY = (
    *("bound", "total", "carried_total", "welfare", "slack", *OF_PLANTS),
    *("final_bound", "final_earned", "final_welfare", "final_commitment", "final_ceiling"),
)
ALONG = ("curve_mw", "curve_price")
CARRIED, CARRIED_WORTH = "carried", "carried_worth"
KINDS = frozenset((*BY_PERIOD, *BY_DAY, *ALONG, CARRIED, CARRIED_WORTH))
OF_TSO = (
    "price",
    *NEAR,
    "bound",
    "total",
    "carried_total",
    *OF_PLANTS,
    *(f"final_{quantity}" for quantity in ("price", "schedule", "bound", *OF_PLANTS)),
)
_KEY = ["question", "sender", "boundary", "product", "period", "point", "quantity"]


@dataclass(frozen=True)
class Messages:
    """Numbers by question (0 is before the first), row and period; NaN where none was sent.

    Rows are energy at each boundary, then each reserve that crosses one.
    """

    cleared: Cleared

    @cached_property
    def rows(self) -> list[tuple[str, str, str]]:
        """Boundary, product and area of every row."""
        area = {b.boundary: b.area for b in self.cleared.scenario.boundaries}
        energy = [(boundary, ENERGY) for boundary in area]
        lanes = [(b, n) for b, n in self.cleared.reserves.crossing.members]
        return [(b, n, area[b]) for b, n in (*energy, *lanes)]

    @cached_property
    def table(self) -> pd.DataFrame:
        """All rows, with the place of the boundary and of its area, -1 where it is none."""
        rows = self.cleared.clearing.tables["message"].to_pandas()
        place = {(b, n): place for place, (b, n, _) in enumerate(self.rows)}
        named = zip(rows.boundary, rows["product"], strict=True)
        at = np.array([place.get(key, -1) for key in named], dtype=int)
        owner = np.array([*(area for _, _, area in self.rows), ""])[at]
        table: pd.DataFrame = rows.assign(at=at, owner=owner)
        return table

    @cached_property
    def carried(self) -> Rows:
        """Sum of all that was carried by each question (MW and MWh)."""
        t = self.table[self.known & (self.table.quantity == CARRIED)]
        return np.bincount(t.question, t.value, self.shape[0]).astype(float)

    @property
    def areas(self) -> tuple[str, ...]:
        """Distribution areas, in their order."""
        return self.cleared.scenario.distribution

    @cached_property
    def area_at(self) -> Places:
        """Area of every row."""
        place = {area: n for n, area in enumerate(self.areas)}
        return np.array([place[area] for _, _, area in self.rows], dtype=int)

    @cached_property
    def shape(self) -> tuple[int, int, int]:
        """Numbers of questions (with 0), boundaries and periods."""
        asked = self.table.question[self.table.quantity.isin(["price", "plan"])]
        return asked.nunique() + 1, len(self.rows), self.cleared.hours.size

    @cached_property
    def known(self) -> Mask:
        """Rows that name a boundary, a period of the day or none, and a quantity."""
        t = self.table
        period = t.period.isna() | t.period.between(1, self.shape[2])
        known = (t["at"] >= 0) & period & t.question.between(0, self.shape[0] - 1)
        known &= t.quantity.isin(KINDS)
        found: Mask = (
            known & (t.sender == t.owner.where(~t.quantity.isin(OF_TSO), TSO))
        ).to_numpy()
        return found

    def by_period(self, quantity: str) -> Rows:
        """Numbers of every period, shape (questions, boundaries, periods)."""
        return self._by_period[quantity]

    @cached_property
    def _by_period(self) -> dict[str, Rows]:
        return {quantity: self._of_periods(quantity) for quantity in BY_PERIOD}

    def _of_periods(self, quantity: str) -> Rows:
        t = self.table[self.known & (self.table.quantity == quantity) & self.table.period.notna()]
        found = np.full(self.shape, np.nan)
        found[self._place(t, quantity), t["at"], t.period.astype(int) - 1] = t.value
        return found

    def by_day(self, quantity: str) -> Rows:
        """Numbers that stand for the day, by area, or the first column of transmission."""
        return self._by_day[quantity]

    @cached_property
    def _by_day(self) -> dict[str, Rows]:
        return {quantity: self._of_day(quantity) for quantity in BY_DAY}

    def _of_day(self, quantity: str) -> Rows:
        t = self.table[self.known & (self.table.quantity == quantity) & self.table.period.isna()]
        found = np.full((self.shape[0], max(1, len(self.areas))), np.nan)
        column = 0 if quantity in OF_TSO else self.area_at[t["at"]]
        found[self._place(t, quantity), column] = t.value
        return found

    def _place(self, rows: pd.DataFrame, quantity: str) -> Places:
        """Question of every row; what is sent in the end stands under the last."""
        question: Places = rows.question.to_numpy(int)
        return np.full_like(question, self.shape[0] - 1) if quantity[:6] == "final_" else question

    @property
    def commitment(self) -> Rows:
        """Number of the commitment that was held at each question; NaN where none was."""
        return self.by_day("commitment")[:, 0]

    @property
    def final_commitment(self) -> float:
        """Number of the commitment that is cleared; NaN where plants have no choice."""
        return float(self.by_day("final_commitment")[-1, 0])

    def worth(self, quantity: str) -> Rows:
        """Worth ($) by area and part of the day, shape (questions, areas, periods).

        An area whose periods are coupled has the worth of its day in the first, then zeros, also
        where it told the worth of every period.
        """
        return self._worth[quantity]

    @cached_property
    def _worth(self) -> dict[str, Rows]:
        return {quantity: self._worth_of(quantity) for quantity in ("welfare", "final_welfare")}

    def _worth_of(self, quantity: str) -> Rows:
        found = np.full((self.shape[0], len(self.areas), self.shape[2]), np.nan)
        sent = self.by_period(quantity)
        question, boundary = np.nonzero(np.isfinite(sent).any(axis=2))
        found[question, self.area_at[boundary]] = sent[question, boundary]
        day = self.by_day(quantity)
        whole = np.isfinite(day)
        found[whole] = 0.0
        found[whole, 0] = day[whole]
        found[:, self.coupled, 0] = found[:, self.coupled].sum(axis=2)
        found[:, self.coupled, 1:] *= 0.0
        return found

    @cached_property
    def coupled(self) -> Mask:
        """Areas that say what their days are worth, or what they carry from period to period."""
        told = (self.by_day(quantity) for quantity in ("welfare", "final_welfare"))
        found: Mask = np.isfinite(np.concatenate(list(told))).any(axis=0)
        return found[: len(self.areas)] | self.carries

    @cached_property
    def carries(self) -> Mask:
        """Areas that say what their devices carry from period to period."""
        own = self.table[self.known & (self.table.quantity == CARRIED)].owner.unique()
        return np.isin(self.areas, own)

    def parted(self, by_boundary: Rows) -> Rows:
        """Sums of numbers (..., boundaries, periods) by area, coupled ones as `worth` has them."""
        found = np.zeros((*by_boundary.shape[:-2], len(self.areas), self.shape[2]))
        np.add.at(np.moveaxis(found, -2, 0), self.area_at, np.moveaxis(by_boundary, -2, 0))
        found[..., self.coupled, 0] = found[..., self.coupled, :].sum(axis=-1)
        found[..., self.coupled, 1:] = 0.0
        return found

    @cached_property
    def round_of(self) -> NDArray[np.int64]:
        """Round of every question; 0 where nothing was sent."""
        found = np.zeros(self.shape[0], dtype=int)
        first = self.table[self.known & ~self.table.quantity.str.startswith("final_")]
        rounds = first.groupby("question")["round"].median()
        found[rounds.index.to_numpy(int)] = rounds.to_numpy(int)
        return found

    def wrong_rows(self, rounds: int) -> Iterator[Missed]:
        """Rows that are no message, stand twice, or are missing beside others."""
        t = self.table
        yield _counted("unknown message", ~self.known)
        yield _counted("message sent twice", t.duplicated(_KEY).to_numpy())
        final = t.quantity.str.startswith("final_")
        asked = self.round_of[t.question.clip(0, self.shape[0] - 1)]
        expected = np.where(final, rounds, asked)
        answered = np.flatnonzero(self.round_of <= rounds).max(initial=0)
        last = np.where(t.quantity == "final_welfare", answered, self.shape[0] - 1)
        late = final & (t.question != last)
        yield _counted("message of another round", (t["round"] != expected) | late)
        yield _counted("place along no curve", self._misplaced())
        yield Missed(["messages missing"], np.array([[float(self._missing())]]))

    def _misplaced(self) -> Mask:
        """Rows along a curve whose places are not 1, 2, 3, ..., or others that have one."""
        t = self.table
        along = t.quantity.isin((*ALONG, CARRIED, CARRIED_WORTH))
        curves = t[along].groupby(["question", "boundary", "period", "quantity"]).point
        gaps = curves.transform("max") != curves.transform("size")
        wrong = (t.point.notna() & ~along).to_numpy(dtype=bool, copy=True)
        wrong[along.to_numpy(dtype=bool)] = (gaps | ~t.point[along].ge(1)).to_numpy(dtype=bool)
        return wrong

    def _missing(self) -> int:
        """Numbers that are not there though others of the same message are, or ought to be."""
        parts = sum(_partly(self.by_period(quantity)) for quantity in BY_PERIOD)
        parts += self._uneven()
        price, plan, slope, value, schedule = (
            np.isfinite(self.by_period(q))[1:, :, 0] for q in ("price", *NEAR, "value", "schedule")
        )
        alone = plan & ~price
        answered = (schedule @ (self.area_at[:, None] == np.arange(len(self.areas)))) > 0
        worth = np.isfinite(self.worth("welfare"))[1:, :, 0]
        slack = np.isfinite(self.by_day("slack"))[1:, : len(self.areas)]
        totalled = np.isfinite(self.by_day("total"))[1:, 0]
        last = np.append(self.by_day("final_earned")[-1], self.by_day("final_bound")[-1, 0])
        bids = bool((self.table.quantity == ALONG[0]).any())
        held, ceiling, *ended = (
            np.isfinite(self.by_day(f"{final}{q}")[:, 0])
            for final in ("", "final_")
            for q in OF_PLANTS
        )
        apart = [
            schedule & ~(price | plan),
            (plan & price) != slope,
            value != (schedule & alone),
            answered != worth,
            answered != slack,
            (price | plan).any(axis=1) != totalled,
            np.isnan(last),
            np.isfinite(self.worth("final_welfare")[-1, :, 0]) != bids,
            held != ceiling,
            *(end[-1:] != held.any() for end in ended),
        ]
        return parts + sum(int(wrong.sum()) for wrong in apart)

    def _uneven(self) -> int:
        """Numbers carried that are told of some periods, or in answer to some questions, alone."""
        t = self.table[self.known & (self.table.quantity == CARRIED)]
        if not len(t):
            return 0
        keys = ["boundary", "question", "period"]
        told = t.groupby(keys).size()
        replied = t.groupby(["boundary", "question"]).ngroups * (self.shape[2] - 1)
        most = told.groupby("boundary").transform("max")
        return int(told.ne(most).sum()) + replied - len(told)


def _partly(sent: Rows) -> int:
    """Boundaries that have numbers in some periods of a question but not in all."""
    there = np.isfinite(sent)
    return int((there.any(axis=2) & ~there.all(axis=2)).sum())


def _counted(what: str, rows: "NDArray[np.bool_] | pd.Series[bool]") -> Missed:
    return Missed([what], np.array([[float(np.sum(rows))]]))
