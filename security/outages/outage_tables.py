"""Outages as tables for people and programs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scenarios.names import joined
from security.outages.contingency import Contingency


def outage_table(found: Contingency) -> pd.DataFrame:
    """One row per outage: state, indices, ranks, the fullest branch, the voltage farthest off."""
    known = ~np.isnan(found.pi_mw)
    return pd.DataFrame(
        {
            "outage": found.names,
            "state": [str(state) for state in found.states],
            "pi_mw": found.pi_mw,
            "pi_v": found.pi_v,
            "pi_v_distribution": found.pi_v_distribution,
            "rank_mw": _ranks(found.ranking),
            "rank_combined": _ranks(found.combined_ranking),
            **_worst_branch(found, known),
            **_worst_bus(found),
            "violations": [len(one.violations) for one in found.after],
            "method": [one.method for one in found.after],
            "why": [one.why for one in found.after],
        }
    )


def flow_table(found: Contingency) -> pd.DataFrame:
    """Power into the from end of every branch of transmission after every outage."""
    grid = found.layout.upper
    rows = _product(found, {"branch": list(grid.branches)})
    rows["p_from_mw"] = found.flow.real.T.ravel()
    rows["q_from_mvar"] = found.flow.imag.T.ravel()
    loading = np.where(np.isinf(grid.rating_mva)[:, None], np.nan, found.loading)
    rows["loading"] = loading.T.ravel()
    return rows


def voltage_table(found: Contingency) -> pd.DataFrame:
    """Voltage at every bus after every outage."""
    areas, buses = zip(*found.layout.places, strict=True)
    rows = _product(found, {"area": list(areas), "bus": list(buses)})
    rows["v_pu"] = found.v_pu.T.ravel()
    return rows


def boundary_table(found: Contingency) -> pd.DataFrame:
    """Power across every boundary into distribution after every outage."""
    rows = _product(found, {"boundary": list(found.layout.boundaries)})
    rows["p_mw"] = found.boundary.real.T.ravel()
    rows["q_mvar"] = found.boundary.imag.T.ravel()
    return rows


def violation_table(found: Contingency) -> pd.DataFrame:
    """Every limit that is exceeded after an outage."""
    rows = [(one.outage.name, text) for one in found.after for text in one.violations]
    return pd.DataFrame(rows, columns=["outage", "violation"])


def side_by_side(each: Mapping[str, Contingency]) -> pd.DataFrame:
    """Indices and ranks of the same outages under several assumptions, one after the other.

    The assumptions may be injections (fixed, coordinated) or shares of renewables.
    """
    table = pd.DataFrame({"outage": next(iter(each.values())).names})
    for label, found in each.items():
        table[f"pi_mw_{label}"] = found.pi_mw
        table[f"pi_v_{label}"] = found.pi_v
        table[f"rank_{label}"] = _ranks(found.ranking)
    return table.sort_values(f"rank_{next(iter(each))}", ignore_index=True)


def _ranks(order: np.ndarray) -> np.ndarray:
    """Rank of every outage, from 1, where `order` lists their positions."""
    return np.argsort(order) + 1


def _worst_branch(found: Contingency, known: np.ndarray) -> dict[str, list[Any]]:
    names, loading = found.layout.upper.branches, found.loading
    if not np.isfinite(found.layout.upper.rating_mva).any():
        known = np.zeros_like(known)
    worst = [int(loading[:, n].argmax()) if k else None for n, k in enumerate(known)]
    return {
        "worst_branch": [None if k is None else names[k] for k in worst],
        "worst_loading": [np.nan if k is None else loading[k, n] for n, k in enumerate(worst)],
    }


def _worst_bus(found: Contingency) -> dict[str, list[Any]]:
    off = np.nan_to_num(np.abs(found.off_middle), nan=-1.0)
    worst = [int(np.argmax(c)) if c.max(initial=-1.0) >= 0 else None for c in off.T]
    return {
        "worst_bus": [None if i is None else joined(*found.layout.places[i]) for i in worst],
        "worst_v_pu": [np.nan if i is None else found.v_pu[i, n] for n, i in enumerate(worst)],
    }


def _product(found: Contingency, columns: Mapping[str, list[str]]) -> pd.DataFrame:
    """Every outage with every row of the columns, in the order of the outages."""
    count, outages = len(next(iter(columns.values()))), len(found.after)
    return pd.DataFrame(
        {
            "outage": np.repeat(np.array(found.names, dtype=object), count),
            **{n: np.tile(np.array(c, dtype=object), outages) for n, c in columns.items()},
        }
    )
