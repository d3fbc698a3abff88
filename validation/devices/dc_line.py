"""DC lines: what arrives is what enters, less a loss; the table has a row for each end."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from validation.check import Rows, outside
from validation.cleared import Cleared
from validation.devices import validators
from validation.devices.contract import Law
from validation.grid import column
from validation.priced import Priced

KIND = "dc_line"


@dataclass(frozen=True)
class Entering:
    """What enters each line (MW) at its from end and at its to end, (lines, periods).

    `missed` (MW) is power that arrives without having entered, negative where some is burnt. A
    line without loss in proportion to its flow has one flow, of either sign.
    """

    forward: Rows
    backward: Rows
    missed: Rows

    @staticmethod
    def of(cleared: Cleared) -> "Entering":
        """What the powers that both ends give mean."""
        lines = cleared.records(KIND)
        at_from, at_to = np.split(cleared.of(KIND)["p_mw"], 2)
        at_to = at_to + column(lines, "loss_0_mw")
        part = column(lines, "loss_1")
        forward = np.where(part == 0, -at_from, np.maximum(-at_from, 0.0))
        backward = np.where(part == 0, 0.0, np.maximum(-at_to, 0.0))
        return Entering(forward, backward, at_from + at_to + part * (forward + backward))


def _limits(cleared: Cleared) -> tuple[Rows, Rows, Rows, Rows]:
    """Least and greatest of what enters at the from ends, and at the to ends (MW)."""
    lines = cleared.records(KIND)
    low, high = column(lines, "p_min_mw"), column(lines, "p_max_mw")
    fixed, lossless = column(lines, "loss_0_mw"), column(lines, "loss_1") == 0
    low, high = low + np.where(low < 0, fixed, 0.0), high + np.where(high < 0, fixed, 0.0)
    zero = np.zeros_like(low)
    return (
        np.where(lossless, low, np.clip(low, 0.0, None)),
        np.where(lossless, high, np.clip(high, 0.0, None)),
        np.where(lossless, zero, np.clip(-high, 0.0, None)),
        np.where(lossless, zero, np.clip(-low, 0.0, None)),
    )


def _at_both_ends(rows: Rows) -> Rows:
    """What is said of lines, beside their from ends."""
    return np.concatenate([rows, np.zeros_like(rows)])


@dataclass(frozen=True)
class DcLines:
    """Limits of flow both ways, one of them at a time, and of reactive power."""

    needed: ClassVar[tuple[str, ...]] = ()

    def laws(self, cleared: Cleared) -> Iterator[Law]:
        """What enters, at one end alone, is within limits, and the rest of it arrives."""
        entering, limits = Entering.of(cleared), _limits(cleared)
        beyond = outside(entering.forward, *limits[:2]) + outside(entering.backward, *limits[2:])
        yield Law("DC line limits", "MW", _at_both_ends(beyond))
        yield Law("DC line losses", "MW", _at_both_ends(entering.missed))

    def reactive(self, cleared: Cleared) -> Rows:
        """Reactive power stays within the limits of each end."""
        lines = cleared.records(KIND)
        low, high = (
            np.concatenate([column(lines, f"q_{side}_{end}_mvar") for end in ("from", "to")])
            for side in ("min", "max")
        )
        return outside(cleared.of(KIND)["q_mvar"], low, high)

    def greatest_mw(self, cleared: Cleared) -> tuple[Rows, Rows]:
        """They give nothing of their own, and draw their losses."""
        lines, (_, forward, _, backward) = cleared.records(KIND), _limits(cleared)
        most = np.maximum(np.maximum(forward, backward), 0.0)
        lost = column(lines, "loss_0_mw") + column(lines, "loss_1") * most
        both = _at_both_ends(lost * np.ones_like(cleared.hours))
        return np.zeros_like(both), both

    def cost_and_value(self, cleared: Cleared) -> tuple[Rows, Rows]:
        """Cost of what flows, at the from end."""
        entering = Entering.of(cleared)
        flow = (entering.forward - entering.backward) * cleared.hours
        cost = _at_both_ends(column(cleared.records(KIND), "cost_usd_per_mwh") * flow)
        return cost, np.zeros_like(cost)

    def unearned(self, priced: Priced) -> Rows:
        """They carry power to the higher price as far as they may.

        Where a line would rather do both to burn energy, the direction counts that was chosen; at
        rest the one that leaves less.
        """
        cleared = priced.cleared
        lines, entering = cleared.records(KIND), Entering.of(cleared)
        places = (cleared.grid.at(lines, f"{end}_bus") for end in ("from", "to"))
        at_from, at_to = (cleared.prices[place] for place in places)
        k, cost = 1 - column(lines, "loss_1"), column(lines, "cost_usd_per_mwh")
        gains = (k * at_to - at_from - cost, k * at_from - at_to + cost)
        limits = _limits(cleared)
        each = [
            np.maximum(gain * low, gain * high)
            for gain, low, high in zip(gains, limits[::2], limits[1::2], strict=True)
        ]
        burns = (gains[0] > 0) & (gains[1] > 0) & (limits[0] <= 0) & (limits[2] <= 0)
        chosen = np.where(entering.forward > entering.backward, each[0], each[1])
        rests = entering.forward == entering.backward
        best = np.where(burns, np.where(rests, np.minimum(*each), chosen), each[0] + each[1])
        earned = gains[0] * entering.forward + gains[1] * entering.backward
        return _at_both_ends((best - earned) * cleared.hours)


validators.register(KIND, DcLines())
