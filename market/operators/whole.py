"""Areas in which plants start and stop, at a solver that finds whole numbers."""

from collections.abc import Callable
from typing import Any

from scenarios.findings import Finding, InvalidInput
from solvers.program import Positions, Solution
from solvers.session import Session
from solvers.whole import Search, as_it_stands, solve_whole


def refuse_plants(operators: Any, name: str) -> None:
    """Raise InvalidInput where plants start and stop, for a design that does not decide it."""
    if operators.has_plants:
        raise InvalidInput(f"{name!r}", [no_commitment("clearing", name)])


def no_commitment(place: str, kind: str) -> Finding:
    """A design that leaves open which plants are on, for a scenario in which that is a choice."""
    finding = f"{kind!r} does not decide which plants are on, but the scenario has 'commitments'"
    cure = "use 'integrated', 'cmo' or 'conventional', or drop 'commitments'"
    return Finding(place, finding, cure)


def no_stages(place: str, method: str) -> Finding:
    """A method that cannot tell what other plants would be worth, where they start and stop."""
    finding = f"method {method!r} does not decide which plants are on, but there are 'commitments'"
    return Finding(place, finding, "use 'schedules', or drop 'commitments'")


def whole(
    session: Session,
    integers: Positions,
    search: Search,
    finish: Callable[[Session], Solution] = as_it_stands,
) -> Solution:
    """The best with whole columns; raises SolveFailed, and InvalidInput unless all is linear."""
    if not session.program.is_linear:
        finding = "plants start and stop, but costs or physics are not linear"
        cure = "offer blocks without a slope, with physics that are linear, or drop 'commitments'"
        raise InvalidInput(session.name, [Finding(session.name, finding, cure)])
    return solve_whole(session, integers, search, finish)
