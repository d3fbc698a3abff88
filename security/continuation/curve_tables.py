"""The curve of loading as tables."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from security.continuation.equations import UPPER, Linearised
from security.continuation.margin import Margin
from security.continuation.plain import PlainCurve
from security.coordinated.boundary_iteration import Operators
from security.load_flow import bus_table, of_coordinated

CURVE = ("point", "lambda", "area", "bus", "v_pu", "angle_deg", "p_mw", "q_mvar")
LIMITS = ("lambda", "area", "bus", "event")


def curve_table(found: Margin) -> pd.DataFrame:
    """Every bus at every point: voltage, and the load that is served there.

    Columns point, lambda, area, bus, v_pu, angle_deg, p_mw, q_mvar. A feeder's root has the
    voltage of its boundary bus and its own load.
    """
    parts = (p for n, at in enumerate(found.curve.points) for p in _areas(found, n, at))
    return pd.concat([pd.DataFrame(columns=list(CURVE)).astype(_TYPES), *parts], ignore_index=True)


def boundary_table(found: Margin) -> pd.DataFrame:
    """What crosses every boundary at every point: lambda, boundary, p_mw, q_mvar, v_pu."""
    rows = [
        (n, at.point.lam, name, linear.power.real, linear.power.imag, abs(linear.v_root))
        for n, at in enumerate(found.curve.points)
        for name, linear in at.lower.items()
    ]
    columns = ["point", "lambda", "boundary", "p_mw", "q_mvar", "v_pu"]
    return pd.DataFrame(rows, columns=columns)


def limit_table(found: Margin) -> pd.DataFrame:
    """Reactive limits met and taps moved on the way: lambda, area, bus, event."""
    rows = []
    for lam, e in found.curve.reached:
        area, bus = found.prepared.names[e.area][e.bus]
        rows.append((lam, area, bus, e.description))
    return pd.DataFrame(rows, columns=list(LIMITS))


def plain_table(found: PlainCurve, operators: Operators) -> pd.DataFrame:
    """Every bus at every loading that the plain exchange solved: voltages."""
    parts = [
        bus_table(of_coordinated(operators, flow)).assign(point=n, **{"lambda": lam})
        for n, (lam, flow) in enumerate(zip(found.loadings, found.flows, strict=True))
    ]
    columns = list(CURVE[:6])
    return pd.concat([pd.DataFrame(columns=columns), *parts])[columns] if parts else pd.DataFrame()


_TYPES = dict(zip(CURVE, ("int64", "float64", "str", "str", *["float64"] * 4), strict=True))


def _areas(found: Margin, point: int, at: Linearised) -> Iterator[pd.DataFrame]:
    system, lam = at.system, at.point.lam
    for key, local in at.point.areas.items():
        equations, names = system.equations(key), found.prepared.names[key]
        size = np.abs(local.v)
        load = equations.loading.at(lam).consumed(size) * equations.grid.base_mva
        turn = 0.0 if key == UPPER else np.angle(at.point.areas[UPPER].v[system.bus_of[key]])
        yield pd.DataFrame(
            {
                "point": point,
                "lambda": lam,
                "area": [area for area, _ in names],
                "bus": [bus for _, bus in names],
                "v_pu": size,
                "angle_deg": np.rad2deg(np.angle(local.v) + turn),
                "p_mw": load.real,
                "q_mvar": load.imag,
            }
        )
