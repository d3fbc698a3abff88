"""Networks and devices as Pyomo components: each module adds one piece of physics to a block."""

from formulations.contract import Formulation
from formulations.networks.branch_flow import BranchFlowCone
from formulations.networks.dc import Dc
from formulations.networks.dc_losses import DcLosses
from formulations.networks.lindistflow import LinDistFlow
from formulations.networks.transport import Transport

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
