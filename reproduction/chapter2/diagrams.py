"""Coordination of load flows and of optimal power flows: who is there, and who says what."""

from dataclasses import fields

import pandas as pd

from market.opf.answers import Offered, Served
from market.opf.coordinated import Heterogeneous
from reproduction.chapter2.assumed import ASSUMED
from reproduction.chapter2.load_flows import LIMITS, flow_of
from reproduction.chapter2.optimal_flows import operators_of
from reproduction.chapter2.real_time import CONDITIONS
from reproduction.diagram import Band, Box, Diagram, Link
from reproduction.findings import listed
from reproduction.flow_chart import Step, code_of, flow_chart
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from scenarios.scenario import Scenario
from scenarios.systems.coupled import load_mw
from scenarios.systems.load_flow import SYSTEM_14A, SYSTEM_30B, optimised
from security.ac.newton import Newton
from security.ac.operation import base_operation
from security.coordinated.boundary_iteration import (
    S_TOLERANCE,
    V_TOLERANCE,
    Boundaries,
    Coordinated,
    Exchange,
    Operators,
)
from security.coordinated.feeder import Drawn, Feeder
from security.load_flow import base_load_flow
from studies.analyses.real_time.cycles import run
from studies.analyses.real_time.link import Link as Channel
from studies.analyses.real_time.link import Meter
from studies.analyses.real_time.running_grid import Loop
from studies.analyses.realised import realise

ROUNDS = 3  # of the plain exchange that are told
UP = {
    "p_mw": "active power drawn, MW",
    "q_mvar": "reactive power drawn, Mvar",
    "rising": "worth of voltage, $/h per p.u.",
}
DOWN = {
    "v": "boundary voltage, p.u.",
    "lmp": "price, $/MWh",
    "lmp_q": "price of reactive power, $/Mvarh",
}


@item(
    "fig-2.1",
    "An integrated transmission and distribution system",
    f"Drawn from the scenario of 14A; {ASSUMED}.",
)
def integrated(solved: Solved) -> Reproduced:
    """Transmission, its boundary buses and the feeders below them; one row for each boundary."""
    scenario = solved.scenario(SYSTEM_14A)
    flow = flow_of(solved, SYSTEM_14A, "response")
    rows = [
        (
            b.transmission_bus,
            b.area,
            len(scenario.area(b.area).network.buses),
            load_mw(scenario, b.area),
            len(scenario.area(b.area).generators),
            flow.ports[b.boundary].power.real,
            abs(flow.ports[b.boundary].voltage),
        )
        for b in scenario.boundaries
    ]
    columns = ["boundary_bus", "area", "buses", "load_mw", "generators", "p_mw", "v_pu"]
    table = pd.DataFrame(rows, columns=columns)
    finding = (
        f"Transmission and {len(table)} feeders share nothing but {len(table)} buses, where "
        f"{table['p_mw'].sum():.1f} MW cross. Loads of {table['load_mw'].sum():.1f} MW stand "
        "below, the rest of which local generators meet."
    )
    return Reproduced(table, _integrated(scenario, table), finding)


@item(
    "fig-2.2",
    "What TSO and DSOs exchange in a coordinated load flow",
    "Drawn from what the code passes between operators in every round; the plain exchange, beside "
    f"the slopes that the exchange with response adds; the run of the finding is 14A; {LIMITS}.",
)
def load_flow_exchange(solved: Solved) -> Reproduced:
    """Messages of one round, and how many rounds both kinds of exchange take."""
    fed = [b.transmission_bus for b in solved.scenario(SYSTEM_14A).boundaries]
    rounds = {m: flow_of(solved, SYSTEM_14A, m).rounds for m in ("plain", "response")}
    rows = [
        ("TSO", "DSO", "boundary voltage", "p.u.", 1, True),
        ("DSO", "TSO", "power drawn, P and Q", "MVA", 2, True),
        ("DSO", "TSO", "its slope in the voltage, of P and Q", "MVA per p.u.", 2, False),
    ]
    columns = ["sender", "receiver", "quantity", "unit", "numbers", "plain"]
    table = pd.DataFrame(rows, columns=columns)
    per_round = {
        "plain": table[table["plain"]]["numbers"].sum(),
        "response": table["numbers"].sum(),
    }
    told = listed(
        f"{rounds[m]} rounds of {per_round[m]} numbers for each feeder ({words})"
        for m, words in (("plain", "plain"), ("response", "with slopes"))
    )
    finding = (
        f"On 14A the operators agree to {V_TOLERANCE:g} p.u. in {told}. Nothing else of "
        f"{len(fed)} feeders leaves their operators, neither buses nor loads nor generators."
    )
    return Reproduced(table, _parties(fed, "V", "P, Q", "slopes\nof P, Q"), finding)


@item(
    "fig-2.3",
    "Coordinated load flow, step by step",
    "Drawn from the code: every step names the function that takes it; the run of the finding is "
    f"14A; {LIMITS}.",
)
def load_flow_steps(solved: Solved) -> Reproduced:
    """The flow chart, and the code of every step."""
    steps = (
        Step(Box("start", "loads and generation of all areas", 0, 0, "end")),
        Step(Box("first", "first boundary voltages: set-points\nof transmission, or the last known",
                 0, 1), Exchange.solve),
        Step(Box("ask", "every DSO solves its feeder\nat its boundary voltage", 0, 2, colour=2),
             Feeder.draw),
        Step(Box("say", "P and Q drawn, and their slopes", 0, 3, colour=2), Drawn),
        Step(Box("solve", "TSO solves transmission with\nfeeders as what they said", 0, 4),
             Newton.solve),
        Step(Box("agreed", "voltages within "
                 f"{V_TOLERANCE:g} p.u.,\npowers within {S_TOLERANCE:g} MVA?", 0, 5.4, "decision"),
             Coordinated),
        Step(Box("again", "next round at the\nvoltages found", 1, 4, colour=1), Boundaries),
        Step(Box("stop", "voltages, flows, limits exceeded", 0, 6.7, "end"), base_load_flow),
    )  # fmt: skip
    links = (
        Link("start", "first"), Link("first", "ask", "V"), Link("ask", "say"),
        Link("say", "solve", "P, Q, slopes"), Link("solve", "agreed"),
        Link("agreed", "stop", "yes"), Link("agreed", "again", "no"),
        Link("again", "ask", "V", "right"),
    )  # fmt: skip
    bands = (Band("DSOs", ("ask", "say"), 2),)
    table, chart = flow_chart(steps, links, bands, (3.4, 1.0))
    apart = _apart(solved.scenario(SYSTEM_14A))
    finding = (
        f"On 14A boundary voltages move by {listed(f'{v:.0e}' for v in apart)} p.u. from round to "
        f"round of the plain exchange. Each round leaves about {apart[-1] / apart[-2]:.2f} of the "
        "last one, a ratio that grows with the exponents of loads and near collapse."
    )
    return Reproduced(table, chart, finding)


@item(
    "fig-2.4",
    "Data of TSO and DSOs in M-COPF",
    "Drawn from the answers that the code passes between operators; the run of the finding is 14A "
    f"with units to dispatch; {ASSUMED}.",
)
def optimal_exchange(solved: Solved) -> Reproduced:
    """What every message holds, by the fields of the answers in the code."""
    said = [(f.name, "DSO", "TSO", UP[f.name], code_of(Offered)) for f in fields(Offered)
            if f.name in UP]  # fmt: skip
    said += [(f.name, "TSO", "DSO", DOWN[f.name], code_of(Served)) for f in fields(Served)
             if f.name in DOWN]  # fmt: skip
    table = pd.DataFrame(said, columns=["field", "sender", "receiver", "quantity", "code"])
    system = optimised(SYSTEM_14A)
    found = solved.once(
        ("M-COPF", system), lambda: Heterogeneous().solve(operators_of(solved, system))
    )
    fed = [b.transmission_bus for b in solved.scenario(system).boundaries]
    kept = sum(len(solved.scenario(system).area(a).generators) for a in
               solved.scenario(system).distribution)  # fmt: skip
    finding = (
        f"On 14A the operators agree in {len(found.rounds)} rounds, in which {len(table)} numbers "
        "for each feeder say what is drawn and what it is worth, and DSOs add how these move. "
        f"Costs and limits of {kept} units stay with the {len(fed)} DSOs that own their dispatch."
    )
    picture = _parties(fed, "V, prices\nof P and Q", "P, Q,\nworth of V", "how these\nmove")
    return Reproduced(table, picture, finding)


@item(
    "fig-2.5",
    "Real-time set-up: EMS, DMS and simulators",
    "The simulators of transmission (RTDS) and of distribution (OPAL-RT) are read as load flows in "
    "software, EMS and DMS as the operators' optimal power flows, the data link as messages that "
    "come late or not at all; drawn from the code of the real-time loop.",
)
def real_time_set_up(solved: Solved) -> Reproduced:
    """Who stands for whom, and what passes between them."""
    scenario = solved.scenario(SYSTEM_30B)
    above = load_mw(scenario, scenario.transmission)
    steps = (
        Step(Box("ems", "EMS of the TSO\noptimal power flow", 0, 0), Loop),
        Step(Box("dms", f"DMS of {len(scenario.distribution)} DSOs\noptimal power flow", 2.2, 0,
                 colour=2), Loop),
        Step(Box("link", f"data link: {CONDITIONS.delay} cycle late,\n"
                 f"{CONDITIONS.loss:.0%} lost", 1.1, 0, "end", 7), Channel),
        Step(Box("rtds", "transmission simulator\n(RTDS): load flow", 0, 3), realise),
        Step(Box("opal", "distribution simulator\n(OPAL-RT): load flows", 2.2, 3, colour=2),
             realise),
        Step(Box("gate", "boundary buses", 1.1, 3, "end", 7), realise),
        Step(Box("meter", f"meters: up to\n{CONDITIONS.noise:.1%} off", 1.1, 1.5, "end", 7), Meter),
        Step(Box("load", f"load profile of 30B\n{above:.0f} MW and feeders", 1.1, 4.2, colour=1),
             run),
    )  # fmt: skip
    links = (
        Link("ems", "link", "V, prices", shift=-0.12),
        Link("link", "ems", "P, Q, worth", shift=0.12),
        Link("link", "dms", "V, prices", shift=-0.12),
        Link("dms", "link", "P, Q, worth", shift=0.12),
        Link("ems", "rtds", "set-points"),
        Link("dms", "opal", "set-points"),
        Link("rtds", "gate", "V", shift=-0.1),
        Link("gate", "rtds", "P, Q", shift=0.1),
        Link("gate", "opal", "V", shift=-0.1),
        Link("opal", "gate", "P, Q", shift=0.1),
        Link("gate", "meter", "V, P, Q"),
        Link("meter", "link", "as measured"),
        Link("load", "rtds"),
        Link("load", "opal"),
    )
    bands = (
        Band("control centres", ("ems", "link", "dms")),
        Band("plant", ("rtds", "gate", "opal"), 1),
    )
    table, chart = flow_chart(steps, links, bands, (3.1, 0.95))
    finding = (
        f"The loop runs {len(scenario.distribution) + 1} operators against "
        f"{len(scenario.distribution) + 1} load flows that meet at {len(scenario.boundaries)} "
        f"boundaries. In a cycle operators dispatch once and speak once, so that an answer takes "
        f"{2 * CONDITIONS.delay + 1} cycles with a delay of {CONDITIONS.delay}."
    )
    return Reproduced(table, chart, finding)


def _integrated(scenario: Scenario, table: pd.DataFrame) -> Diagram:
    upper = scenario.area(scenario.transmission)
    middle = (len(table) - 1) / 2
    words = (
        f"transmission: {len(upper.network.buses)} buses, {len(upper.generators)} generators\n"
        f"load {load_mw(scenario, upper.name):.1f} MW"
    )
    boxes, links = [Box("upper", words, middle, 0)], []
    for n, row in enumerate(table.to_dict("records")):
        boxes += [
            Box(f"bus {n}", f"boundary bus {row['boundary_bus']}\n{row['v_pu']:.4f} p.u.", n, 1.3,
                "end", 7),
            Box(f"feeder {n}", f"feeder {row['area']}, {row['buses']} buses\n"
                f"load {row['load_mw']:.1f} MW", n, 2.7, colour=2),
            Box(f"units {n}", f"{row['generators']} local generators", n, 3.8, colour=1),
        ]  # fmt: skip
        links += [
            Link("upper", f"bus {n}", plain=True),
            Link(f"bus {n}", f"feeder {n}", f"{row['p_mw']:.2f} MW"),
            Link(f"units {n}", f"feeder {n}"),
        ]
    count = range(len(table))
    bands = (
        Band("TSO", ("upper", *(f"bus {n}" for n in count)), 0),
        *(Band(f"DSO {n + 1}", (f"feeder {n}", f"units {n}"), 2) for n in count),
    )
    return Diagram(tuple(boxes), tuple(links), bands, (2.7, 0.95))


def _parties(fed: list[str], down: str, up: str, more: str) -> Diagram:
    """The TSO above one DSO for each boundary bus, and what they say to each other."""
    middle = (len(fed) - 1) / 2
    boxes = [
        Box("tso", "TSO", middle, -0.1, "party"),
        Box("upper", "its own network and units; one boundary bus for each DSO", middle, 0.6),
    ]
    links = [Link("tso", "upper", plain=True)]
    for n, bus in enumerate(fed):
        boxes += [
            Box(f"gate {n}", f"boundary bus {bus}, where both meet", n, 1.6, "end", 7),
            Box(f"feeder {n}", "its own network, loads and units", n, 3.3, colour=2),
            Box(f"dso {n}", f"DSO at {bus}", n, 4.1, "party", 2),
        ]
        links += [
            Link("upper", f"gate {n}", plain=True),
            Link(f"gate {n}", f"feeder {n}", down, shift=-0.22),
            Link(f"feeder {n}", f"gate {n}", up),
            Link(f"feeder {n}", f"gate {n}", more, shift=0.22, faint=True),
            Link(f"dso {n}", f"feeder {n}", plain=True),
        ]
    return Diagram(tuple(boxes), tuple(links), pitch=(3.9, 0.95))


def _apart(scenario: Scenario) -> list[float]:
    """How far boundary voltages move in rounds of the plain exchange (p.u.), from the second."""
    operators = Operators(scenario)
    upper = base_operation(operators.upper, operators.newton.grid)
    lower = {b: base_operation(f.view, f.grid) for b, f in operators.feeders.items()}
    found = [
        Exchange(response=False, max_rounds=n).solve(operators, upper, lower)
        for n in range(2, 2 + ROUNDS)
    ]
    return [flow.residual_pu for flow in found]


ITEMS = (integrated, load_flow_exchange, load_flow_steps, optimal_exchange, real_time_set_up)
