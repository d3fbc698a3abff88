"""What a solver could not do."""


class SolveFailed(RuntimeError):
    """No optimum: names the problem, the solver's status and what to try."""

    def __init__(self, problem: str, status: str, cure: str) -> None:
        self.problem, self.status, self.cure = problem, status, cure
        super().__init__(f"{problem}: {status}; {cure}")

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        """What makes it again in another process."""
        return type(self), (self.problem, self.status, self.cure)
