"""Daily load shapes as profiles by the hour."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from scenarios.findings import Finding
from scenarios.importers.opendss.engine import Engine


@dataclass
class Shapes:
    """Profiles of the shapes that elements name, for so many hours; made as they are asked for."""

    engine: Engine
    hours: int
    values: dict[str, Sequence[float]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def profile(self, name: str, owner: str, size: float) -> str | None:
        """Name of the profile of a shape, a factor on `size` (kW); None where none is named."""
        if not name:
            return None
        held = self.engine.ActiveCircuit.LoadShapes
        held.Name = name
        absolute = bool(held.UseActual)
        profile = f"{name}-{owner}" if absolute else name
        if profile not in self.values:
            mult, step_h = np.asarray(held.Pmult, dtype=float), float(held.HrInterval)
            if step_h <= 0:
                cure = "give it an interval"
                finding = Finding(f"loadshape.{name}", "it has times of its own", cure)
                self.findings.append(finding)
                return None
            scale = size if absolute and size else 1.0
            self.values[profile] = _hourly(mult / scale, step_h, self.hours)
        return profile


def _hourly(values: "np.typing.NDArray[np.float64]", step_h: float, hours: int) -> list[float]:
    """Means of the hours; a shape that is shorter begins again, as in OpenDSS."""
    edges = np.arange(hours + 1, dtype=float)
    steps = int(np.ceil(hours / step_h))
    total = np.concatenate([[0.0], np.cumsum(np.resize(values, steps)) * step_h])
    means: list[float] = np.diff(np.interp(edges, np.arange(steps + 1) * step_h, total)).tolist()
    return means
