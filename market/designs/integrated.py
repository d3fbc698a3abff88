"""Integrated design: one operator clears transmission and distribution together.

Who sees which bids: one operator sees all networks and all bids. In which order: at once.
What is fixed when: nothing; boundary power is a variable that both sides share.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from market.designs import About, Progress, designs
from market.designs.outcome import Watch, clearing_of
from market.operators.area_tables import AreaResult
from market.operators.operators import Market
from scenarios.clearing import Certificate, Clearing, Status
from solvers.exclusive import solve_exclusively
from solvers.join import Joined, join
from solvers.session import open_session


@designs.member("integrated")
@dataclass(frozen=True)
class Integrated:
    """The benchmark: the optimum that no other design can exceed."""

    about: ClassVar[About] = About(
        title="Integrated",
        says="one operator sees everything and clears all at once: the benchmark",
        rank=60,
        needs_shared_models=True,
        begins_a_study=lambda scenario: True,
    )

    def clear(
        self,
        market: Market,
        name: str = "integrated",
        progress: Progress | None = None,
    ) -> Clearing:
        """Clear all areas as one problem; raises SolveFailed."""
        watch = Watch(market)
        joined = join_areas(market)
        session = open_session(joined.program, "integrated clearing", market.time_limit_s)
        watch.built()
        days = [market.transmission.day, *(d.day for d in market.distribution)]
        exclusive = np.concatenate(
            [c[day.exclusive] for day, c in zip(days, joined.columns, strict=True)]
        )
        found = solve_exclusively(session, exclusive, session.name, market.time_limit_s)
        watch.solving += session.seconds
        results = [
            AreaResult(day, found.x[columns], found.dual[rows])
            for day, columns, rows in zip(days, joined.columns, joined.rows, strict=True)
        ]
        certificate = Certificate(-found.objective, -found.objective + found.gap, 0.0, 0.0)
        return clearing_of(name, Status.OPTIMAL, watch, results[0], results[1:], certificate)


def join_areas(market: Market) -> Joined:
    """All days as one program in which both sides of a boundary share its power."""
    upper = market.transmission
    row = {boundary: n for n, boundary in enumerate(upper.boundaries)}
    same = []
    for n, d in enumerate(market.distribution, start=1):
        rows = [row[b] for b in d.boundaries]
        mine = d.day.columns["p_boundary"].ravel()
        same.append(((0, upper.day.columns["p_boundary"][rows].ravel()), (n, mine)))
    days = [upper.day, *(d.day for d in market.distribution)]
    return join([day.program for day in days], same)
