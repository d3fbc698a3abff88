"""How far representative days are from the days that they stand for, all of which were cleared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.horizon.representative import representative_days
from scenarios.quantity import label, quantity
from studies.study.horizon_plan import Plan

COUNTS = (4, 8, 12, 24, 48)
PRICE = "price_usd_per_mwh"


@dataclass(frozen=True, slots=True)
class Representation:
    """One design and one number of days; errors are those of the days' sum over that of all."""

    design: str = label("name of the design", key=True)
    representatives: int = label("number of days that stand for all", key=True)
    days: str = label("these days and how many each stands for")
    welfare_error: float = quantity("1", "of welfare, over all that is cleared")
    price_error: float = quantity("1", "of the mean price of what is consumed")
    consumed_error: float = quantity("1", "of what is consumed")
    pv_error: float = quantity("1", "of PV; 0 where there is none")
    wind_error: float = quantity("1", "of wind; 0 where there is none")
    curtailed_error: float = quantity("1", "of what is curtailed, over PV and wind")
    boundary_error: float = quantity("1", "of energy into distribution, over what is consumed")


def representations(
    plan: Plan, days: pd.DataFrame, counts: Sequence[int] = COUNTS
) -> Iterator[Representation]:
    """Errors of k-medoids, where all days were cleared, each for itself."""
    if plan.horizon.in_sequence or set(plan.weights.values()) != {1.0}:
        return
    whole = days.groupby("design", sort=False).filter(lambda own: own["welfare_usd"].notna().all())
    for count in counts:
        if count < len(plan.days):
            found = representative_days(plan.series, plan.days, count)
            weights = {str(day): weight for day, weight in sorted(found.items())}
            for design, own in whole.groupby("design", sort=False):
                yield representation(str(design), own, weights)


def representation(design: str, days: pd.DataFrame, weights: Mapping[str, float]) -> Representation:
    """Errors of some days with weights, against all days of a design."""
    year = _sums(days, days["day"].map(lambda _: 1.0))
    some = _sums(days, days["day"].map(weights).fillna(0.0))
    consumed, renewable = year["consumed_mwh"], year["pv_mwh"] + year["wind_mwh"]

    def error(name: str, over: float) -> float:
        apart = some[name] - year[name]
        return apart / abs(over) if over else apart

    return Representation(
        design,
        len(weights),
        ", ".join(f"{day}: {weight:g}" for day, weight in weights.items()),
        error("welfare_usd", year["welfare_usd"]),
        error(PRICE, year[PRICE]),
        error("consumed_mwh", consumed),
        error("pv_mwh", year["pv_mwh"]),
        error("wind_mwh", year["wind_mwh"]),
        error("curtailed_mwh", renewable),
        error("boundary_mwh", consumed),
    )


def _sums(days: pd.DataFrame, weights: "pd.Series[float]") -> dict[str, float]:
    """Totals by weights, and the price that consumers meet on average."""
    names = ("welfare_usd", "consumed_mwh", "pv_mwh", "wind_mwh", "curtailed_mwh", "boundary_mwh")
    found = {name: float(np.dot(weights, days[name])) for name in names}
    paid = float(np.dot(weights, days[PRICE] * days["consumed_mwh"]))
    return found | {PRICE: paid / found["consumed_mwh"] if found["consumed_mwh"] else 0.0}
