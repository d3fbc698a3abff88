"""Whether a clearing is feasible, optimal and rightly priced, without the models that made it.

Nothing here is shared with the optimisation models: every law is stated a second time, on the
scenario and the result tables alone.
"""

from validation.check import Check
from validation.fees import fees_are_as_stated
from validation.laws import validate, validate_log

__all__ = ["Check", "fees_are_as_stated", "validate", "validate_log"]
