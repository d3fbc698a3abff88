"""The decoupled load flow after outages, with exchange at boundaries, as a flow chart."""

from itertools import pairwise

from reproduction.chapter5.assumed import ASSUMED
from reproduction.diagram import Band, Box, Link
from reproduction.findings import listed
from reproduction.flow_chart import Step, flow_chart
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from scenarios.systems.outages import Households
from security.coordinated.boundary_iteration import Boundaries, Coordinated, Exchange
from security.coordinated.feeder import Feeder
from security.outages.ac import Before
from security.outages.compensation import Factorised
from security.outages.contingency import Contingency
from security.outages.fast_decoupled import TOLERANCE, FastDecoupled, settle
from security.outages.outage import Outage
from security.outages.outage_tables import outage_table

LOST = ("2-3", "5-6", "7-9")
STEPS = (
    Step(Box("base", "coordinated load flow without outage", 0, 0, "end"), Before.of),
    Step(Box("factors", "factorise B' and B'' once", 0, 1), FastDecoupled.reactive),
    Step(Box("next", "next outage:\ncorrect B' and B'' by the inversion lemma", 0, 2.1),
         Factorised.without),
    Step(Box("ask", "DSOs: load flow at boundary voltage V\nP, Q and their slopes go up", 0, 3.9),
         Feeder.draw),
    Step(Box("stated", "TSO: boundary power linear in V", 0, 5.6), Boundaries.at),
    Step(Box("p", "P half-step: B' dtheta = dP / V", 0, 6.7), settle),
    Step(Box("q", "Q half-step: B'' dV = dQ / V", 0, 7.7), settle),
    Step(Box("small", "largest dP, dQ\nbelow tolerance?", 0, 9.2, "decision"), settle),
    Step(Box("agree", "boundary V and S\nas the DSOs said?", 0, 11.2, "decision"), Exchange.solve),
    Step(Box("judge", "limits, PI MW and PI V", 0, 12.8), Contingency),
    Step(Box("last", "another outage?", 0, 14.1, "decision"), Before.after),
    Step(Box("rank", "ranking", 0, 15.5, "end"), outage_table),
)  # fmt: skip
ORDER = [step.box.name for step in STEPS]
LINKS = (
    *(Link(a, b) for a, b in pairwise(ORDER[:8])),
    Link("small", "agree", "yes"),
    Link("agree", "judge", "yes"),
    Link("judge", "last"),
    Link("last", "rank", "no"),
    Link("small", "p", "no", "right"),
    Link("agree", "ask", "no", "left"),
    Link("last", "next", "yes", "right", 0.25),
)
BANDS = (
    Band("DSOs", ("ask",), 2),
    Band("TSO", ("stated", "p", "q", "small"), 0),
)


@item(
    "fig-5.3",
    "Flow chart of the decoupled coordinated load flow for outages",
    "Each step names the code that takes it; figures of the finding are those of three outages; "
    f"{ASSUMED}.",
)
def chart(solved: Solved) -> Reproduced:
    """Steps of the method, each with its code."""
    table, drawn = flow_chart(STEPS, LINKS, BANDS, (3.4, 0.72))
    before = solved.once(("before", Households()), lambda: Before.of(solved.scenario(Households())))
    found = {line: before.by_fast_decoupled(before.upper, Outage(line, (line,))) for line in LOST}
    return Reproduced(table, drawn, _told(found))


def _told(found: dict[str, Coordinated]) -> str:
    rounds = [f"{one.rounds} after the loss of {line}" for line, one in found.items()]
    apart = max(one.residual_pu for one in found.values())
    mismatch = max(one.transmission.mismatch for one in found.values())
    return (
        f"Both sides agree within {apart:.0e} p.u. of boundary voltage in rounds of exchange that "
        f"number {listed(rounds)}. "
        f"Half-steps leave no mismatch above {mismatch:.0e} p.u. of the {TOLERANCE:.0e} allowed."
    )


ITEMS = (chart,)
