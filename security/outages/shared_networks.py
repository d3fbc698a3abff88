"""What the outages of all hours share: networks, their factorised matrices, islands."""

from dataclasses import dataclass, field
from functools import cached_property

from scenarios.islands import cut_off
from security.ac.grid import Grid
from security.coordinated.boundary_iteration import Operators
from security.dc.ptdf import Sensitivities
from security.outages.after_outage import Layout
from security.outages.fast_decoupled import FastDecoupled
from security.outages.limits import Limits


@dataclass(frozen=True)
class Networks:
    """All operators' networks without outage, prepared once for any number of hours."""

    operators: Operators
    _islands: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    _fast: dict[bytes, FastDecoupled] = field(default_factory=dict)

    @cached_property
    def layout(self) -> Layout:
        """Names, bands and ratings of what is looked at."""
        return Layout.of(self.operators)

    @cached_property
    def limits(self) -> Limits:
        """Voltage bands and ratings of all areas."""
        return Limits(self.layout.grids)

    @cached_property
    def sensitivities(self) -> Sensitivities:
        """Those of transmission in the DC model."""
        return Sensitivities.of(self.operators.upper.network)

    def fast(self, grid: Grid) -> FastDecoupled:
        """Factorised matrices of transmission; `grid` says which buses are slack."""
        key = grid.slacks.tobytes()
        if key not in self._fast:
            self._fast[key] = FastDecoupled(self.operators.upper.network, grid)
        return self._fast[key]

    def cut_off(self, branches: tuple[str, ...]) -> tuple[str, ...]:
        """Buses that have no way to the slack bus without the branches."""
        if branches not in self._islands:
            self._islands[branches] = cut_off(self.operators.upper.network, branches)
        return self._islands[branches]
