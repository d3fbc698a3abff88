"""Curves of voltage by loading and by power served: feeders in full, and lumped."""

from collections.abc import Sequence

import pandas as pd

from reproduction.chapter3.systems import ASSUMED, HOUSEHOLD, at_buses, traced
from reproduction.chart import Chart
from reproduction.findings import listed, span
from reproduction.item import Reproduced, item
from reproduction.network_drawing import branch_rows, drawn
from reproduction.solved import Solved
from reproduction.tidy_panels import panels_by
from scenarios.systems.stability import (
    Fed,
    four_feeders_on_118,
    two_feeders_on_14,
    two_feeders_on_30,
)

BY_LAMBDA = (("lambda", "lambda"), ("v_pu", "voltage, p.u."))
BY_POWER = (("p_mw", "power served, MW"), ("v_pu", "voltage, p.u."))
SERVED = (("lambda", "lambda"), ("p_mw", "power served, MW"))
BOTH, ALL = ("CCPF", "TCPF"), ("CCPF", "TCPF", "TCPF-LM")
CONSTANT = f"Constant power loads; {ASSUMED}; generation of transmission grows with the load."
FOLLOWING = (
    f"Feeders' loads with exponents 1.2 and 3.0; {ASSUMED}; generation of transmission grows "
    "with the load."
)


PART = {"T14D2": "(a)", "T30D2": "(b)", "T118Dn4": "(c)"}


@item(
    "fig-3.5",
    "T14D2: IEEE 14 with two feeders of 33 buses",
    "Drawn from the scenario; feeders at buses 10 and 12.",
)
def networks(solved: Solved) -> Reproduced:
    """Branches of both networks."""
    scenario = solved.scenario(two_feeders_on_14())
    upper, lower = (scenario.area(name) for name in ("T", "D10"))
    fed = [b.transmission_bus for b in scenario.boundaries]
    generators = {"generator": [g.bus for g in upper.generators.values()]}
    panels = (
        drawn(upper, generators | {"boundary": fed}, "transmission"),
        drawn(lower, {"generator": [], "boundary": [lower.network.slack_bus]}, "feeder at bus 10"),
    )
    table = pd.concat([branch_rows(upper), branch_rows(lower)], ignore_index=True)
    sizes = table.groupby("area", sort=False).size()
    finding = (
        f"Transmission is a mesh of {sizes['T']} branches among {len(upper.network.buses)} buses, "
        f"and every feeder a tree of {sizes['D10']} branches. They meet at buses {listed(fed)} "
        "alone."
    )
    return Reproduced(table, Chart(panels), finding)


@item(
    "fig-3.6",
    "Lambda-V curves by TCPF and CCPF: (a) T14D2, bus 10, (b) T30D2, bus 19",
    CONSTANT,
)
def by_loading(solved: Solved) -> Reproduced:
    """Voltage (p.u.) of a boundary bus by lambda."""
    systems = [two_feeders_on_14(), two_feeders_on_30()]
    table = _curves(solved, systems, BOTH)
    is_shown = table["place"].isin(["T14D2, bus 10", "T30D2, bus 19"])
    chosen = table[is_shown].reset_index(drop=True)
    top = _greatest(chosen)
    told = listed(
        f"lambda {top[name]['CCPF']:.2f} instead of {top[name]['TCPF']:.2f} on {name}"
        for name in top.index.unique(0)
    )
    low = chosen.loc[chosen.groupby(["place", "method"])["lambda"].idxmax()]
    at_nose = low.query("method == 'CCPF'")["v_pu"]
    fallen = [traced(solved, fed, "CCPF").critical_bus for fed in systems]
    finding = (
        f"Feeders in full end the growth of constant power at {told}. The boundary buses are then "
        f"still at {span(at_nose, '.2f')} p.u.: it is within the feeders, at {listed(fallen)}, "
        "that voltage falls fastest."
    )
    return Reproduced(chosen, Chart(panels_by(chosen, "place", "method", BY_LAMBDA)), finding)


@item(
    "fig-3.7",
    "PV curves of boundary buses by TCPF and CCPF: (a) T14D2, 10 and 12, (b) T30D2, 15 and 19",
    FOLLOWING,
)
def at_boundaries(solved: Solved) -> Reproduced:
    """Voltage (p.u.) and power of the feeders (MW) along the curve."""
    table, chart = _by_power(solved, _small(), BOTH, "boundary")
    power = table.pivot_table(values="p_mw", index="place", columns="method", aggfunc="max")
    ratio = power["CCPF"] / power["TCPF"]
    finding = (
        f"Feeders whose loads follow voltage take at most {span(ratio, '.0%')} of the power "
        "that TCPF lets their boundary buses reach. They grow in lambda all the same, to "
        f"{_by_system(table, 'CCPF')} against {_by_system(table, 'TCPF')} of TCPF."
    )
    return Reproduced(table, chart, finding)


@item(
    "fig-3.8",
    "PV curves of buses without feeder by TCPF and CCPF: (a) T14D2, 11, (b) T30D2, 23",
    FOLLOWING,
)
def beside(solved: Solved) -> Reproduced:
    """Voltage (p.u.) and load (MW) of a bus of transmission along the curve."""
    table, chart = _by_power(solved, _small(), BOTH, "watched")
    nose = table.loc[table.groupby(["place", "method"])["lambda"].idxmax()]
    power = nose.pivot_table(values="p_mw", index="place", columns="method")
    gain = power["CCPF"] / power["TCPF"] - 1
    told = listed(f"{value:+.1%} at {place}" for place, value in gain.items())
    finding = (
        "Buses beside the boundaries, whose loads are constant, are served more at the nose by "
        f"CCPF than by TCPF: {told}. The relief comes from the feeders next to them, and is "
        f"lambda {_by_system(table, 'CCPF')} against {_by_system(table, 'TCPF')}."
    )
    return Reproduced(table, chart, finding)


@item(
    "fig-3.9",
    "PV curves of boundary buses by TCPF, TCPF-LM and CCPF: (a) T14D2, (b) T30D2",
    FOLLOWING,
)
def three_methods(solved: Solved) -> Reproduced:
    """As before, with lumped loads that follow voltage."""
    table, chart = _by_power(solved, _small(), ALL, "boundary")
    return Reproduced(table, chart, _nearness(table))


@item(
    "fig-3.10",
    "PV curves of T118Dn4 by TCPF, TCPF-LM and CCPF: buses 39, 50, 67, 98, and 23",
    FOLLOWING,
)
def large(solved: Solved) -> Reproduced:
    """Boundary buses and one without feeder, by three methods."""
    table, chart = _by_power(solved, [four_feeders_on_118(HOUSEHOLD)], ALL, None)
    return Reproduced(table, chart, _nearness(table))


@item(
    "fig-3.11",
    "P-lambda curves of boundary buses: (a) T14D2, (b) T30D2, (c) T118Dn4",
    FOLLOWING,
)
def served(solved: Solved) -> Reproduced:
    """Power (MW) by lambda: with loads that follow voltage it may peak before the nose."""
    table = _curves(solved, [*_small(), four_feeders_on_118(HOUSEHOLD)], ALL)
    chosen = table[table["kind"] == "boundary"].reset_index(drop=True)
    chosen["place"] = chosen["system"].map(PART) + " " + chosen["place"]
    own = chosen[chosen["method"] == "CCPF"]
    curves = [curve for _, curve in own.groupby("place", sort=False)]
    growth = [_share_served(curve) for curve in curves]
    early = sum(_peaks_early(curve) for curve in curves)
    finding = (
        f"At the nose of CCPF feeders of {listed(PART)} are served {span(growth, '.0%')} of "
        f"their load times 1 + lambda, because voltage has fallen. At {early} of {len(curves)} "
        f"boundary buses power peaks before lambda does, so that the margin in MW is "
        "not where the margin in lambda is."
    )
    return Reproduced(chosen, Chart(panels_by(chosen, "place", "method", SERVED)), finding)


def _small() -> list[Fed]:
    return [two_feeders_on_14(HOUSEHOLD), two_feeders_on_30(HOUSEHOLD)]


def _by_power(
    solved: Solved, systems: Sequence[Fed], methods: Sequence[str], kind: str | None
) -> tuple[pd.DataFrame, Chart]:
    table = _curves(solved, systems, methods)
    chosen = table if kind is None else table[table["kind"] == kind].reset_index(drop=True)
    return chosen, Chart(panels_by(chosen, "place", "method", BY_POWER))


def _curves(solved: Solved, systems: Sequence[Fed], methods: Sequence[str]) -> pd.DataFrame:
    parts = [at_buses(solved, fed, method) for fed in systems for method in methods]
    table = pd.concat(parts, ignore_index=True)
    table["place"] = table["system"] + ", bus " + table["bus"]
    return table


def _greatest(table: pd.DataFrame) -> pd.Series:
    """Greatest loading by system and method."""
    top: pd.Series = table.groupby(["system", "method"], sort=False)["lambda"].max()
    return top


def _by_system(table: pd.DataFrame, method: str) -> str:
    top = _greatest(table).xs(method, level="method")
    return listed(f"{value:.2f} ({system})" for system, value in top.items())


def _nearness(table: pd.DataFrame) -> str:
    """What lumping does to the greatest loading, with loads that follow voltage or without."""
    top = table.pivot_table(
        values="lambda", index="system", columns="method", aggfunc="max", sort=False
    )
    soft, firm = (top[name] / top["CCPF"] - 1 for name in ("TCPF-LM", "TCPF"))
    return (
        f"Lumped loads that follow voltage end {_percent(soft)} from CCPF, at lambda "
        f"{_by_system(table, 'TCPF-LM')}. Lumped loads of constant power end {_percent(firm)} from "
        "it, because they keep what voltage would shed."
    )


def _percent(change: pd.Series) -> str:
    return listed(f"{value:+.1%}" for value in change)


def _share_served(own: pd.DataFrame) -> float:
    """Power at the nose over the base power times 1 + lambda."""
    lam, power = (own[column].to_numpy() for column in ("lambda", "p_mw"))
    nose = int(lam.argmax())
    return float(power[nose] / power[0] / (1 + lam[nose]))


def _peaks_early(own: pd.DataFrame) -> bool:
    """Whether more power is served at a point before the nose than at the nose."""
    power, nose = own["p_mw"].to_numpy(), int(own["lambda"].to_numpy().argmax())
    return bool(power[: nose + 1].max() > power[nose] * (1 + 1e-6))


ITEMS = (networks, by_loading, at_boundaries, beside, three_methods, large, served)
