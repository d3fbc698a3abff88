"""What an operator's failure is to the one that asked."""

from market.coordination.questions import Failed
from scenarios.findings import InvalidInput
from solvers.errors import SolveFailed


def error_of(failed: Failed) -> InvalidInput | SolveFailed:
    """The exception to raise where an answer was needed."""
    if failed.findings:
        return InvalidInput(failed.problem, failed.findings)
    return SolveFailed(failed.problem, failed.status, failed.cure)
