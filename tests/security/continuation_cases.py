"""Systems for continuation: two buses by hand, and published networks with scaled feeders."""

from scenarios.records import PQ, PV, SLACK, Area, Boundary, Branch, Bus, Generator, Load, Offer
from scenarios.scenario import Scenario
from scenarios.systems.coupled import coupled
from scenarios.variants.feeders import with_exponents

BASE_MW = 10.0  # with which two-bus systems begin


def two_buses(*, r=0.0, x=0.5, q_mvar=0.0, n=0.0, q_max_mvar=None, feeder=None):
    """A source of 1 p.u. and a load of 10 MW behind r + jx, p.u. on 100 MVA.

    With `q_max_mvar` a machine without active power holds 1 p.u. at the load. `feeder` puts the
    load behind a boundary: at the `far` bus with the impedance in distribution, or at the root
    with it in transmission (`near`).
    """
    bus = ("T", "load") if feeder is None else ("D", "end")
    kind = PQ if q_max_mvar is None else PV
    buses = [
        Bus("T", "source", 100.0, 0.1, 1.5, kind=SLACK),
        Bus("T", "load", 100.0, 0.1, 1.5, kind=kind),
    ]
    upper = (0.0, 1e-4) if feeder == "far" else (r, x)
    branches = [Branch("T", "line", "source", "load", *upper)]
    areas, boundaries = [Area("T", "transmission", 100.0)], ()
    if feeder is not None:
        lower = (r, x) if feeder == "far" else (0.0, 1e-4)
        areas.append(Area("D", "distribution", 100.0, type="A"))
        buses += [
            Bus("D", name, 100.0, 0.1, 1.5, kind=k) for name, k in (("root", SLACK), ("end", PQ))
        ]
        branches.append(Branch("D", "wire", "root", "end", *lower))
        at = "source" if feeder == "far" else "load"
        boundaries = (Boundary("B", at, "D", "root"),)
    units = [Generator("T", "unit", "source", 0.0, 500.0, v_set_pu=1.0)]
    if q_max_mvar is not None:
        units.append(
            Generator(
                "T", "machine", "load", 0.0, 0.0, -1.0, q_max_mvar, v_set_pu=1.0, p_base_mw=0.0
            )
        )
    return Scenario(
        "two buses", (1.0,), 500.0, 100.0, tuple(areas), tuple(buses), tuple(branches),
        generators=tuple(units),
        offers=tuple(Offer("T", u.generator, None, 1, 500.0, 10.0) for u in units),
        loads=(Load(*bus[:1], "load", bus[1], BASE_MW, q_mvar, n, n),),
        boundaries=boundaries,
    )  # fmt: skip


def with_scaled_feeders(network, boundaries, scale=1.0, n_p=0.0, n_q=None):
    """A published network with 33-bus feeders in the place of loads, `scale` times as large."""
    scenario = coupled(network, dict.fromkeys(boundaries, "feeder33"), scale)
    return with_exponents(scenario, n_p, n_p if n_q is None else n_q)
