"""What each continuation sees below a boundary bus, and the coordinated one step by step."""

import pandas as pd

from reproduction.chapter3.systems import ASSUMED, HOUSEHOLD, traced
from reproduction.diagram import Band, Box, Diagram, Link
from reproduction.findings import listed
from reproduction.flow_chart import Step, flow_chart
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from scenarios.systems.stability import two_feeders_on_14
from security.continuation.corrector import correct, moved
from security.continuation.equations import Linearised
from security.continuation.events import first_event
from security.continuation.loaded import coordinated, lumped
from security.continuation.margin import Margin
from security.continuation.nose import refine
from security.continuation.parameter import fastest_unknown
from security.continuation.recheck import worst_mismatch
from security.continuation.trace import FIRST_STEP, LEAST_STEP, Limit
from security.coordinated.boundary_iteration import Exchange
from security.coordinated.feeder import Feeder

VIEWS = (
    ("TCPF", "load of constant power", "P (1 + lambda), Q (1 + lambda)", lumped),
    ("TCPF-LM", "load that follows voltage", "P (1 + lambda) V^n_p, Q (1 + lambda) V^n_q", lumped),
    ("CCPF", "feeder in full", "voltages and losses of every bus", coordinated),
)


@item(
    "fig-3.1",
    "What a continuation power flow sees below a boundary bus",
    "The caption is not known and read as the three views that the chapter compares; drawn from "
    f"the methods of the code; the figures of the finding are those of T14D2 with loads of "
    f"exponents 1.2 and 3.0; {ASSUMED}.",
)
def views(solved: Solved) -> Reproduced:
    """Boxes for transmission, the boundary bus and what each method puts below it."""
    fed = two_feeders_on_14(HOUSEHOLD)
    found = {name: traced(solved, fed, name) for name, *_ in VIEWS}
    boxes, links, bands = [], [], []
    for n, (name, below, law, _) in enumerate(VIEWS):
        boxes += [
            Box(f"upper {n}", "transmission\nevery bus, grown by lambda", n, 0),
            Box(f"bus {n}", "boundary bus\nvoltage V", n, 1, "end", 7),
            Box(f"below {n}", f"{below}\n{law}", n, 2, colour=1 if n < 2 else 2),
        ]
        links += [
            Link(f"upper {n}", f"bus {n}", plain=True),
            Link(f"bus {n}", f"below {n}", "V, lambda", shift=-0.14 if n == 2 else 0.0),
        ]
        bands.append(Band(name, (f"upper {n}", f"bus {n}", f"below {n}")))
    links.append(Link("below 2", "bus 2", "P, Q and slopes", shift=0.14))
    rows = [
        (name, below, law, m.lambda_max, sum(len(a.v) for a in m.top.point.areas.values()))
        for (name, below, law, _), m in zip(VIEWS, found.values(), strict=True)
    ]
    columns = ["method", "below_the_boundary", "law", "lambda_max", "buses"]
    table = pd.DataFrame(rows, columns=columns)
    buses = dict(zip(table["method"], table["buses"], strict=True))
    told = listed(f"{m.lambda_max:.2f} by {name}" for name, m in found.items())
    finding = (
        f"CCPF solves {buses['CCPF']} buses on T14D2 where the others solve {buses['TCPF']}, and "
        "no operator sees those of another. With loads that follow voltage the greatest loading "
        f"is {told}."
    )
    return Reproduced(
        table, Diagram(tuple(boxes), tuple(links), tuple(bands), (3.75, 1.1)), finding
    )


@item(
    "fig-3.4",
    "Coordinated continuation power flow, step by step",
    "Drawn from the code: every step names the function that takes it; feeders answer with slopes "
    "besides power; the run of the finding is T14D2 with loads of exponents 1.2 and 3.0; "
    f"{ASSUMED}.",
)
def steps(solved: Solved) -> Reproduced:
    """The flow chart, and the code of every step."""
    found = traced(solved, two_feeders_on_14(HOUSEHOLD), "CCPF")
    taken = (
        Step(Box("start", "loads and generation of the base case", 1, 0, "end")),
        Step(Box("base", "coordinated load flow\nat lambda = 0", 1, 1), Exchange.solve),
        Step(Box("predict", "tangent predictor: V and lambda\nof transmission, "
                 f"first step {FIRST_STEP:g}", 1, 2), moved),
        Step(Box("hold", "hold the unknown that\nchanges fastest", 1, 3), fastest_unknown),
        Step(Box("answer", "load flow of the feeder at V and lambda\n"
                 "power, and its slopes in both", 2.4, 4, colour=2), Feeder.draw),
        Step(Box("correct", "Newton corrector with feeders'\nanswers in its equations", 1, 4),
             correct),
        Step(Box("settled", "mismatch settled?", 1, 5.2, "decision"), correct),
        Step(Box("halve", f"halve the step;\ngive up below {LEAST_STEP:g}", -0.2, 2, colour=1)),
        Step(Box("limit", "stop at the first reactive limit\nor tap on the way, switch it", 1, 6.4),
             first_event),
        Step(Box("turned", "has lambda turned?", 1, 7.5, "decision"), Linearised.tangent),
        Step(Box("refine", "find the nose: zero of\nlambda's slope", 1, 8.7), refine),
        Step(Box("check", "add every point up again\nfrom branch currents", 1, 9.7),
             worst_mismatch),
        Step(Box("stop", "greatest lambda, curves, what ended it", 1, 10.7, "end"), Margin),
    )  # fmt: skip
    links = (
        Link("start", "base"), Link("base", "predict"), Link("predict", "hold"),
        Link("hold", "correct"), Link("correct", "answer", "V, lambda", shift=-0.14),
        Link("answer", "correct", "P, Q, slopes", shift=0.14), Link("correct", "settled"),
        Link("settled", "limit", "yes"), Link("settled", "halve", "no"),
        Link("halve", "predict"), Link("limit", "turned"),
        Link("turned", "predict", "no", "right", shift=1.55), Link("turned", "refine", "yes"),
        Link("refine", "check"), Link("check", "stop"),
    )  # fmt: skip
    table, chart = flow_chart(taken, links, (Band("DSO", ("answer",), 2),))
    ahead, rounds = len(found.curve.points[: found.curve.top + 1]), found.curve.rounds
    end = "fold" if found.limit is Limit.FOLD else "reactive limit"
    finding = (
        f"On T14D2 the way to the nose takes {ahead} points and {rounds} rounds between the "
        f"operators, {rounds / ahead:.1f} for each point. What ends it there is a {end} at lambda "
        f"{found.lambda_max:.4f}, with voltage falling fastest at {found.critical_bus}."
    )
    return Reproduced(table, chart, finding)


ITEMS = (views, steps)
