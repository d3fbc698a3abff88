"""Operators that dispatch a running grid by what they measure and tell each other.

Every cycle the DSOs dispatch at the voltages and prices that reached them, their feeders answer,
and they send the power they measure and what voltage is worth to them; then the TSO dispatches at
what reached it, and sends the voltages it measures and its prices. Such operators take measurements
in the place of what the other one's model would say: A. Hauswirth, Z. He, S. Bolognani, G. Hug,
F. Doerfler, "Optimization algorithms as robust feedback controllers", Annual Reviews in Control 57,
2024.
"""

from studies.analyses.real_time.cycles import Trace, run
from studies.analyses.real_time.link import Conditions
from studies.analyses.real_time.running_grid import Loop

__all__ = ["Conditions", "Loop", "Trace", "run"]
