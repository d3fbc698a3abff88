"""DC lines: a flow between two buses that their operator sets (MATPOWER User's Manual, 7.6.3).

Flow and loss stand for themselves: no angle drives a DC line, and it joins no islands.
"""

import math
from dataclasses import dataclass

from scenarios.assets import assets
from scenarios.assets.contract import Asset
from scenarios.quantity import label, quantity


@dataclass(frozen=True, slots=True)
class DcLine:
    """DC line; of what enters at one end `loss_1` is lost, and `loss_0_mw` at its to end."""

    area: str = label("area of the line", key=True)
    dc_line: str = label("name of the line, unique in its area", key=True)
    from_bus: str = label("bus at the from end")
    to_bus: str = label("bus at the to end")
    p_min_mw: float = quantity(
        "MW", "least flow; below 0 its size is the most that the to end draws"
    )
    p_max_mw: float = quantity("MW", "greatest flow: the most that enters at the from end")
    loss_0_mw: float = quantity("MW", "loss whatever the flow", default=0.0)
    loss_1: float = quantity("1", "part of what enters that is lost", default=0.0)
    cost_usd_per_mwh: float = quantity(
        "$/MWh", "cost of what flows; a flow to the from end has it back", default=0.0
    )
    q_min_from_mvar: float = quantity(
        "Mvar", "least reactive output at the from end; -inf: no limit",
        default=0.0, no_limit=-math.inf,
    )  # fmt: skip
    q_max_from_mvar: float = quantity(
        "Mvar", "greatest reactive output at the from end; inf: no limit",
        default=0.0, no_limit=math.inf,
    )  # fmt: skip
    q_min_to_mvar: float = quantity(
        "Mvar", "least reactive output at the to end; -inf: no limit",
        default=0.0, no_limit=-math.inf,
    )  # fmt: skip
    q_max_to_mvar: float = quantity(
        "Mvar", "greatest reactive output at the to end; inf: no limit",
        default=0.0, no_limit=math.inf,
    )  # fmt: skip
    v_from_pu: float | None = quantity("p.u.", "voltage set-point at the from bus", default=None)
    v_to_pu: float | None = quantity("p.u.", "voltage set-point at the to bus", default=None)
    p_base_mw: float = quantity("MW", "flow in the base case of a load flow", default=0.0)
    q_base_from_mvar: float = quantity(
        "Mvar", "reactive output in the base case where the from end holds no voltage", default=0.0
    )
    q_base_to_mvar: float = quantity(
        "Mvar", "reactive output in the base case where the to end holds no voltage", default=0.0
    )

    @property
    def kept(self) -> float:
        """Part of what enters that leaves at the other end."""
        return 1.0 - self.loss_1

    def given_mw(self, flow_mw: float) -> tuple[float, float]:
        """What both ends give to their buses (MW) when so much leaves the from bus."""
        if flow_mw >= 0:
            return -flow_mw, self.kept * flow_mw - self.loss_0_mw
        return -flow_mw, self.entering_mw(flow_mw) - self.loss_0_mw

    def entering_mw(self, flow_mw: float) -> float:
        """What enters when so much leaves the from bus (MW), negative from the to end."""
        return flow_mw if flow_mw >= 0 else flow_mw / self.kept


def _lost_mw(line: DcLine) -> tuple[float, float]:
    return 0.0, line.loss_0_mw + line.loss_1 * max(abs(line.p_min_mw), abs(line.p_max_mw))


assets.register(
    "dc_line",
    Asset(
        DcLine,
        table="dc_lines",
        noun="DC line",
        group="network",
        order=7,
        greatest_mw=_lost_mw,
        bus_columns=("from_bus", "to_bus"),
    ),
)
