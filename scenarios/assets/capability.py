"""Limits of reactive power that change with active power along straight lines.

R. D. Zimmerman, C. E. Murillo-Sanchez, "MATPOWER User's Manual", section 6.4.3.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Capability:
    """Least and greatest Q (Mvar) lie on lines through those at two outputs (MW)."""

    p_mw: tuple[float, float]
    q_min_mvar: tuple[float, float]
    q_max_mvar: tuple[float, float]

    def at(self, p_mw: float) -> tuple[float, float]:
        """Least and greatest Q (Mvar) at an output."""
        share = (p_mw - self.p_mw[0]) / (self.p_mw[1] - self.p_mw[0])
        low, high = ((1 - share) * q[0] + share * q[1] for q in (self.q_min_mvar, self.q_max_mvar))
        return low, high

    def sides(self) -> tuple[tuple[float, float, float], ...]:
        """Both lines as (a, b, c) of a P + b Q <= c."""
        width, found = self.p_mw[1] - self.p_mw[0], []
        for sign, q in ((-1.0, self.q_min_mvar), (1.0, self.q_max_mvar)):
            slope = (q[1] - q[0]) / width
            found.append((-sign * slope, sign, sign * (q[0] - slope * self.p_mw[0])))
        return tuple(found)
