"""Continuation by load flows at rising loading: what the plain exchange of powers can reach."""

from dataclasses import dataclass, field

from security.ac.newton import Outcome
from security.continuation.loaded import Loaded
from security.coordinated.boundary_iteration import Coordinated, Exchange

FIRST_STEP = 0.1
LEAST_STEP = 1e-4
MAX_ROUNDS = 300
V_TOLERANCE, S_TOLERANCE = 1e-7, 1e-4  # p.u., MVA; near its end the exchange hardly settles


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


def plain_curve(
    loaded: Loaded, *, q_limits: bool = True, cold_v_pu: float | None = None
) -> PlainCurve:
    """Raise the loading by steps that are halved on failure.

    Each load flow starts from the last solution. With `cold_v_pu` it starts from this voltage at
    all boundaries, and fails as soon as transmission cannot carry what feeders draw there.
    """
    exchange = Exchange(
        response=False,
        q_limits=q_limits,
        v_tolerance=V_TOLERANCE,
        s_tolerance=S_TOLERANCE,
        max_rounds=MAX_ROUNDS,
        first_v_pu=cold_v_pu,
    )
    curve, step, lam = PlainCurve(), FIRST_STEP, 0.0
    last: Coordinated | None = None
    while step >= LEAST_STEP:
        found = loaded.load_flow(lam, exchange, last if cold_v_pu is None else None)
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
