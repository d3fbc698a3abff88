"""Plants that start and stop: what each can do, what a start costs, and where the day begins."""

from dataclasses import dataclass

from scenarios.quantity import label, quantity


@dataclass(frozen=True, slots=True)
class Commitment:
    """A generator that is on or off in every period; one without a row here is always on.

    While it is on it runs between its `p_min_mw` and `p_max_mw` and pays its cost at zero output;
    off, it costs nothing. Its ramps and its output before the first period stand here. Times count
    whole periods, so a part of a period is a period.
    """

    area: str = label("area of the generator", key=True)
    generator: str = label("name of the generator", key=True)
    min_up_h: float = quantity("h", "least time on once started", default=0.0)
    min_down_h: float = quantity("h", "least time off once stopped", default=0.0)
    ramp_up_mw_per_h: float | None = quantity(
        "MW/h", "greatest rise of output; null means no limit", default=None
    )
    ramp_down_mw_per_h: float | None = quantity(
        "MW/h", "greatest fall of output; null means no limit", default=None
    )
    p_start_mw: float | None = quantity(
        "MW", "greatest output in the period of a start; null means no limit", default=None
    )
    p_stop_mw: float | None = quantity(
        "MW", "greatest output in the last period before a stop; null means no limit", default=None
    )
    on_before: bool = label("whether it is on before the first period", default=False)
    p_before_mw: float = quantity("MW", "output before the first period", default=0.0)
    hours_before: float | None = quantity(
        "h", "how long it has been on or off by then; null means long enough", default=None
    )
    must_run: bool = label("whether it is on in every period", default=False)
    out_of_service: bool = label("whether it is off in every period", default=False)


@dataclass(frozen=True, slots=True)
class Startup:
    """What a start costs after a rest of at least `off_h`, up to that of the next category.

    The first category counts from the shortest rest. A generator without a row starts for free.
    """

    area: str = label("area of the generator", key=True)
    generator: str = label("name of a generator with a commitment", key=True)
    category: int = label("from 1, the warmest, to the coldest", key=True)
    off_h: float = quantity("h", "least time off of the category")
    cost_usd: float = quantity("$", "cost of a start")


COMMITMENT_TABLES = ("commitments", "startups")
