"""What the boundary buses draw by share of renewables."""

import numpy as np
import pandas as pd

from reproduction.chapter5.assumed import ASSUMED
from reproduction.chapter5.penetration import READING, SHARES, Spread, outages
from reproduction.item import Reproduced, item
from reproduction.solved import Case, Solved
from scenarios.systems.outages import Renewable
from security.ac.grid import Complex
from security.outages.ac import Before

# What another program finds for bus 9 with plants at buses 18 and 33.
OTHER_MW = {0.0: 31.0, 0.25: 23.7, 0.5: 16.7, 0.75: 10.1}
OTHER_MVAR = {0.0: 19.1, 0.75: 21.5}


@item(
    "table-5.7",
    "Power of boundary buses by share of renewables",
    f"{READING}; spread is with PV at every load instead, other is what another program found for "
    f"bus 9; {ASSUMED}.",
)
def boundary_power(solved: Solved) -> Reproduced:
    """Power into every feeder (MW, Mvar) and voltage by share of renewables."""
    table = pd.concat([_at(solved, share) for share in SHARES], ignore_index=True)
    return Reproduced(table, finding=_told(table))


def _at(solved: Solved, share: float) -> pd.DataFrame:
    found = outages(solved, Renewable(share))
    places = dict(zip(found.layout.places, found.intact.v_pu, strict=True))
    power, spread = found.intact.boundary, _drawn(solved, Spread(share))
    buses = [boundary.removeprefix("B") for boundary in found.layout.boundaries]
    told = [bus == "9" for bus in buses]
    return pd.DataFrame(
        {
            "renewable_share": share,
            "bus": buses,
            "p_mw": power.real,
            "q_mvar": power.imag,
            "v_pu": [places["T", bus] for bus in buses],
            "spread_p_mw": spread.real,
            "spread_q_mvar": spread.imag,
            "other_p_mw": np.where(told, OTHER_MW.get(share, np.nan), np.nan),
            "other_q_mvar": np.where(told, OTHER_MVAR.get(share, np.nan), np.nan),
        }
    )


def _drawn(solved: Solved, case: Case) -> Complex:
    """Power (MVA) across every boundary without outage."""
    return Before.of(solved.scenario(case)).intact().boundary


def _told(table: pd.DataFrame) -> str:
    nine = table[table["bus"] == "9"]
    none, most = nine.iloc[0], nine.iloc[-1]
    return (
        f"With a share of {most['renewable_share']:.0%} bus 9 draws {most['p_mw']:.1f} instead of "
        f"{none['p_mw']:.1f} MW but {most['q_mvar']:.1f} instead of {none['q_mvar']:.1f} Mvar, as "
        f"voltage rises from {none['v_pu']:.3f} to {most['v_pu']:.3f} p.u. and plants give no "
        "reactive power. "
        f"Two plants at the ends of laterals raise voltage and losses there: with PV spread over "
        f"all loads the same share leaves {most['spread_p_mw']:.1f} MW and "
        f"{most['spread_q_mvar']:.1f} Mvar."
    )


ITEMS = (boundary_power,)
