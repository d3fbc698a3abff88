"""Continuation by load flows at rising loading: what the plain exchange of powers can reach."""

from dataclasses import dataclass, field

from security.ac.newton import Outcome
from security.continuation.loaded import Loaded
from security.coordinated.exchange import Coordinated, Exchange

FIRST_STEP = 0.1
LEAST_STEP = 1e-5
MAX_ROUNDS = 300


@dataclass
class PlainCurve:
    """Load flows at rising loading until no step succeeds.

    The end is only where the exchange stops: at or below the greatest loading, and no nose.
    """

    loadings: list[float] = field(default_factory=list)
    flows: list[Coordinated] = field(default_factory=list)
    rounds: int = 0
    why: str = ""

    @property
    def lambda_max(self) -> float:
        """The last loading with a solution."""
        return self.loadings[-1]


def plain_curve(loaded: Loaded, *, q_limits: bool = True, warm: bool = True) -> PlainCurve:
    """Raise the loading by steps that are halved on failure.

    A `warm` start is the last solution; without it each load flow starts from the slack bus's
    voltage at all boundaries, and fails as soon as transmission cannot carry what feeders draw
    there.
    """
    exchange = Exchange(response=False, q_limits=q_limits, max_rounds=MAX_ROUNDS)
    curve, step, lam = PlainCurve(), FIRST_STEP, 0.0
    last: Coordinated | None = None
    while step >= LEAST_STEP:
        found = loaded.load_flow(lam, exchange, last if warm else None)
        curve.rounds += found.rounds
        if found.outcome is Outcome.SOLVED:
            curve.loadings.append(lam)
            curve.flows.append(found)
            last = found
        elif last is None:
            curve.why = f"the base case: {found.why}"
            break
        else:
            step /= 2
        lam = curve.loadings[-1] + step
    return curve
