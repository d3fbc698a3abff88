"""Networks and devices as Pyomo components: each module adds one piece of physics to a block."""

from formulations.contract import Formulation
from formulations.dc import Dc
from formulations.lindistflow import LinDistFlow
from formulations.transport import Transport

TRANSMISSION_FORMULATIONS: dict[str, Formulation] = {"dc": Dc(), "transport": Transport()}
DISTRIBUTION_FORMULATIONS: dict[str, Formulation] = {
    "lindistflow": LinDistFlow(),
    "transport": Transport(),
}
