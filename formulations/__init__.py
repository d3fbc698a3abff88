"""Networks and devices as Pyomo components: each module adds one piece of physics to a block."""

from formulations.branch_flow import BranchFlowCone
from formulations.contract import Formulation
from formulations.dc import Dc
from formulations.dc_losses import DcLosses
from formulations.lindistflow import LinDistFlow
from formulations.transport import Transport

TRANSMISSION_FORMULATIONS: dict[str, Formulation] = {
    "dc": Dc(),
    "dc_losses": DcLosses(),
    "transport": Transport(),
}
DISTRIBUTION_FORMULATIONS: dict[str, Formulation] = {
    "lindistflow": LinDistFlow(),
    "branch_flow_cone": BranchFlowCone(),
    "transport": Transport(),
}
