"""What a PV plant is expected to give over the day."""

import pandas as pd

from reproduction.chart import Chart, Panel
from reproduction.findings import listed
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import series_by
from scenarios.renewables.expectation import Plant, bell_day, expected_factors
from scenarios.renewables.pv import PanelPv, ThresholdPv

RATED_MW, AREA_M2, AMBIENT = 1.0, 5600.0, 20.0
PLANTS: dict[str, Plant] = {
    "threshold": ThresholdPv(RATED_MW),
    "panels": PanelPv(RATED_MW, area_m2=AREA_M2, ambient=AMBIENT),
}


@item(
    "fig-5.2",
    "Expected PV output over 24 hours",
    "1 MW by two curves: threshold at 150 W/m2, and 5600 m2 of panels at 20 degrees; irradiance of "
    "every hour is Beta distributed, its mean a bell of 0.75 at noon, all assumed.",
)
def expected_output(_: Solved) -> Reproduced:
    """Expected output (MW) by hour and curve, and at the mean irradiance."""
    day = bell_day()
    rows = [
        {
            "curve": name,
            "hour": hour,
            "mean_irradiance_w_per_m2": 1000.0 * weather.mean,
            "expected_mw": RATED_MW * factor,
            "at_mean_mw": float(plant.power_mw(1000.0 * weather.mean)),
        }
        for name, plant in PLANTS.items()
        for hour, (weather, factor) in enumerate(
            zip(day, expected_factors(plant, day), strict=True), start=1
        )
    ]
    table = pd.DataFrame(rows)
    curves = series_by(table, "curve", "hour", "expected_mw")
    shown = Panel("", "hour of the day", "expected output, MW", curves)
    return Reproduced(table, Chart((shown,)), _told(table))


def _told(table: pd.DataFrame) -> str:
    best = table.loc[table.groupby("curve", sort=False)["expected_mw"].idxmax()]
    peaks = [f"{b.expected_mw:.2f} MW by {b.curve} at hour {b.hour}" for b in best.itertuples()]
    energy = table.groupby("curve", sort=False)["expected_mw"].sum()
    dark = table[table["expected_mw"] == 0]["hour"].nunique()
    return (
        f"Of {RATED_MW:g} MW the greatest expected output is {listed(peaks)}, and none is expected "
        f"in {dark} hours of the night. "
        f"Over the day that is {listed(f'{e:.2f} MWh by {c}' for c, e in energy.items())}."
    )


ITEMS = (expected_output,)
