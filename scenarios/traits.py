"""What a network formulation models, as it states it for all who ask: markets, studies, checks."""

import enum
from dataclasses import dataclass
from typing import Literal

Limited = Literal["branches", "borders"]


class ProblemClass(enum.IntEnum):
    """How hard a model is, in the order in which solvers give up."""

    LP = 0
    QP = 1
    SOCP = 2
    NLP = 3


@dataclass(frozen=True)
class Traits:
    """Physics and place of a network formulation.

    `levels` are the kinds of area in which it clears a market, none where it does not. `reactive`
    says whether it carries Q and voltages, `lossy` losses, `angles` whether angles drive flows;
    `limits` what its limits are of, `radial` that it knows trees only. `relaxes` names the
    formulation of which it is a relaxation.
    """

    problem_class: ProblemClass
    levels: frozenset[str]
    reactive: bool = False
    lossy: bool = False
    angles: bool = False
    limits: Limited = "branches"
    radial: bool = False
    relaxes: str | None = None


@dataclass(frozen=True)
class Physics:
    """Traits of the formulations of transmission and of all feeders."""

    transmission: Traits
    distribution: Traits
