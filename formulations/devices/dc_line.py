"""DC lines: a flow between two buses that is decided, with a loss and with reactive power at both.

Lossy lines have a variable for each direction. Both at once burn energy, which pays where prices
are negative; the two exclude each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from formulations.decision import Daily, decide
from formulations.devices import devices
from formulations.devices.contract import Columns, Setting, Solved, in_rows
from scenarios.records import DcLine
from scenarios.scenario import AreaView, Hourly

NUMBERS = (
    "p_min_mw", "p_max_mw", "cost_usd_per_mwh", "q_min_from_mvar", "q_max_from_mvar",
    "q_min_to_mvar", "q_max_to_mvar", "v_from_pu", "v_to_pu", "p_base_mw", "q_base_from_mvar",
    "q_base_to_mvar",
)  # fmt: skip
ENDS = ("from", "to")


@dataclass(frozen=True)
class DcLines:
    """block.forward and backward (MW) enter at the from and at the to end; block.q_dc_line (Mvar).

    A line without loss in proportion to its flow has one variable, `forward`, of either sign.
    """

    def add(
        self, block: pyo.Block, view: AreaView, periods: Sequence[int], setting: Setting
    ) -> None:
        """Flow each way at its cost, and where reactive the output at both ends."""
        lines = view.of(DcLine)
        if not lines:
            return
        least, most = _limits(view)
        cost = _column(view, "cost_usd_per_mwh")
        decide(block, periods, "forward", list(lines), least[0], most[0], cost)
        decide(block, periods, "backward", list(lines), least[1], most[1], -cost)
        lossy = [name for name, line in lines.items() if line.loss_1 > 0]
        block.exclusive.append(("forward", "backward", lossy))
        if setting.reactive:
            low, high = (
                np.concatenate([_column(view, f"q_{side}_{end}_mvar") for end in ENDS])
                for side in ("min", "max")
            )
            members = [(name, end) for end in ENDS for name in lines]
            decide(block, periods, "q_dc_line", members, low, high)

    def p_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """What leaves the line at the bus, less what enters there; the to end bears `loss_0`."""
        line = view.of(DcLine)[name]
        forward, backward = block.forward[name, t], block.backward[name, t]
        if bus == line.from_bus:
            return line.kept * backward - forward
        return line.kept * forward - backward - line.loss_0_mw

    def q_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """What the converter at the bus gives."""
        end = ENDS[0] if bus == view.of(DcLine)[name].from_bus else ENDS[1]
        return block.q_dc_line[name, end, t]

    def row_key(self, view: AreaView, setting: Setting) -> Any:
        """Buses and losses."""
        return {n: in_rows(line, NUMBERS) for n, line in view.of(DcLine).items()}

    def dispatch(self, solved: Solved) -> Columns:
        """What the from ends give, then the to ends; the cost stands at the from ends."""
        forward, backward = solved.value("forward"), solved.value("backward")
        kept, fixed = 1 - _column(solved.view, "loss_1"), _column(solved.view, "loss_0_mw")
        cost = solved.cost("forward") + solved.cost("backward")
        power = np.concatenate([kept * backward - forward, kept * forward - backward - fixed])
        reactive = "q_dc_line" in solved.decisions
        return {
            "p_mw": power,
            "q_mvar": solved.value("q_dc_line") if reactive else np.zeros_like(power),
            "cost_usd": np.concatenate([cost, np.zeros_like(cost)]),
        }

    def greatest_mw(self, view: AreaView) -> tuple[Hourly, Hourly]:
        """They give nothing of their own; greatest losses together."""
        most = np.max(_limits(view)[1], axis=0, initial=0.0)
        lost = _column(view, "loss_0_mw") + _column(view, "loss_1") * most
        return np.zeros(len(view.hours)), np.full(len(view.hours), lost.sum())

    def coupled(self, view: AreaView) -> Mapping[str, Sequence[str]]:
        """None."""
        return {}

    def slack_buses(self, view: AreaView) -> tuple[Sequence[str], Sequence[str]]:
        """Ends that must draw, and ends that must give."""
        drawing: list[str] = []
        giving: list[str] = []
        for line in view.of(DcLine).values():
            if line.p_min_mw > 0:
                drawing.append(line.from_bus)
                giving.append(line.to_bus)
            if line.p_max_mw < 0:
                giving.append(line.from_bus)
            if line.p_max_mw < 0 or line.loss_0_mw > 0:
                drawing.append(line.to_bus)
        return drawing, giving


def _limits(view: AreaView) -> tuple[Daily, Daily]:
    """Least and greatest of what enters forwards and backwards (MW), each (2, lines, 1).

    Limits of a flow are those of what enters; backwards the loss at the to end counts in.
    """
    low, high = _column(view, "p_min_mw"), _column(view, "p_max_mw")
    fixed, lossy = _column(view, "loss_0_mw"), _column(view, "loss_1") > 0
    low, high = np.where(low < 0, low + fixed, low), np.where(high < 0, high + fixed, high)
    none = np.zeros_like(low)
    each_way = [np.maximum(low, 0.0), np.maximum(-high, 0.0)]
    least = np.stack([np.where(lossy, each_way[0], low), np.where(lossy, each_way[1], none)])
    each_way = [np.maximum(high, 0.0), np.maximum(-low, 0.0)]
    most = np.stack([np.where(lossy, each_way[0], high), np.where(lossy, each_way[1], none)])
    return least, most


def _column(view: AreaView, field: str) -> Daily:
    return np.array([[getattr(r, field)] for r in view.of(DcLine).values()]).reshape(-1, 1)


devices.register("dc_line", DcLines())
