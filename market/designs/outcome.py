"""From solved areas to a clearing: tables, welfare, times."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from market.coordination import MessageLog
from market.operators.area_tables import (
    AreaResult,
    boundary_table,
    flow_part,
    lmp_part,
    relaxation_rows,
    stack,
    voltage_part,
)
from market.operators.dispatch import dispatch_parts
from market.operators.one_at_a_time import one_at_a_time
from market.operators.operators import Market
from market.operators.repair import repaired
from scenarios.clearing import Certificate, Clearing, Seconds, Status
from scenarios.quantity import to_table
from scenarios.results import (
    Dispatch,
    Flow,
    Lmp,
    Relaxation,
    Round,
    Voltage,
    WholesaleOffer,
    WholesaleShare,
)


@dataclass
class Watch:
    """Starts a clearing afresh and times it.

    `build` counts the market's models and what the design adds to them.
    """

    market: Market
    started: float = field(default_factory=time.perf_counter)
    added: float = 0.0
    solving: float = 0.0

    def __post_init__(self) -> None:
        self.market.restart()
        self.solving = -self.market.solve_seconds

    def built(self) -> None:
        """Mark the end of the design's own building."""
        self.added = time.perf_counter() - self.started

    def read(self) -> Seconds:
        """Seconds so far."""
        build = self.market.build_seconds + self.added
        total = self.market.build_seconds + time.perf_counter() - self.started
        return Seconds(build, self.market.solve_seconds + self.solving, total)


def clearing_of(
    name: str,
    status: Status,
    watch: Watch,
    transmission: AreaResult,
    distribution: Sequence[AreaResult],
    certificate: Certificate | None = None,
    log: MessageLog | None = None,
    history: Sequence[Round] = (),
) -> Clearing:
    """The clearing that the areas' results make up, repaired where a relaxation is not exact."""
    planned, limit_s = [transmission, *distribution], watch.market.time_limit_s
    areas = [
        repaired(one_at_a_time(area, limit_s, keep_prices=certificate is not None), limit_s)
        for area in planned
    ]
    if certificate is not None:
        pairs = zip(planned, areas, strict=True)
        spent = sum(a.welfare_usd - b.welfare_usd for a, b in pairs if a is not b)
        certificate = replace(certificate, lower_usd=certificate.lower_usd - spent)
    tables = {
        "dispatch": stack(Dispatch, [part for a in areas for part in dispatch_parts(a)]),
        "lmp": stack(Lmp, [lmp_part(a) for a in areas]),
        "flow": stack(Flow, [flow_part(a) for a in areas]),
        "voltage": stack(Voltage, [voltage_part(a) for a in areas]),
        "boundary": boundary_table(areas[0], areas[1:]),
        "message": (log or MessageLog()).table(),
        "round": to_table(history, Round),
        "relaxation": to_table([r for a in areas for r in relaxation_rows(a)], Relaxation),
        "wholesale_offer": to_table((), WholesaleOffer),
        "wholesale_share": to_table((), WholesaleShare),
    }
    welfare = sum(a.welfare_usd for a in areas)
    return Clearing(
        name,
        status,
        welfare,
        certificate,
        len(history),
        watch.read(),
        tables,
        watch.market.physics,
    )
