"""What each column must satisfy by itself, and which columns must not exceed which."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from scenarios.findings import near
from scenarios.records import DISTRIBUTION, PQ, PV, SLACK, TRANSMISSION
from scenarios.reserve import DIRECTIONS

TECHNOLOGIES = ("thermal", "pv", "wind", "hydro")
PARTICIPATIONS = ("type1", "type2", "wholesale")
AREA_TYPES = ("A", "B")


@dataclass(frozen=True)
class Law:
    """A condition on the values of one column; null is not judged."""

    column: str
    holds: Callable[[Any], bool]
    cure: Callable[[Any], str]


def positive(column: str, remark: str = "") -> Law:
    """The column is above 0."""
    return Law(column, lambda x: x > 0, lambda _: "it must be > 0" + remark)


def not_negative(column: str, remark: str = "") -> Law:
    """The column is 0 or above."""
    return Law(column, lambda x: x >= 0, lambda _: "it must be >= 0" + remark)


def within(column: str, low: float, high: float, remark: str) -> Law:
    """The column lies between two values that arithmetic and physics allow."""
    cure = f"it must be from {low:g} to {high:g}; {remark}"
    return Law(column, lambda x: low <= x <= high, lambda _: cure)


def share(column: str) -> Law:
    """The column lies between 0 and 1."""
    return Law(column, lambda x: 0 <= x <= 1, lambda _: "it must be from 0 to 1")


def efficiency(column: str) -> Law:
    """The column is above 0 and at most 1."""
    return Law(column, lambda x: 0 < x <= 1, lambda _: "it must be above 0 and at most 1")


def within_right_angle(column: str) -> Law:
    """The column lies between -90 and 90, both left out."""
    return Law(column, lambda x: -90 < x < 90, lambda _: "it must be from -90 to 90" + NO_LIMIT)


def among(column: str, known: Sequence[str]) -> Law:
    """The column holds one of the known words."""
    return Law(column, lambda x: x in known, lambda x: f"use a known word; {near(str(x), known)}")


OFF_NOMINAL = "taps move a ratio by some percent of the nominal one, which is 1"
NO_LIMIT = "; null means no limit"

LAWS: dict[str, tuple[Law, ...]] = {
    "areas": (
        among("kind", (TRANSMISSION, DISTRIBUTION)),
        among("type", AREA_TYPES),
        within("base_mva", 1e-6, 1e6, "it is the power base of the impedances"),
        not_negative("grid_cost_usd", "; null means none is stated"),
        not_negative("tariff_usd_per_mwh", "; null means that of the pricing rule"),
    ),
    "buses": (positive("base_kv"), positive("v_min_pu"), among("kind", (SLACK, PV, PQ))),
    "branches": (
        within("tap", 0.1, 10.0, OFF_NOMINAL),
        positive("rating_mva", NO_LIMIT),
        positive("emergency_mva", "; null means the rating of every day"),
        within_right_angle("angle_min_deg"),
        within_right_angle("angle_max_deg"),
    ),
    "offers": (
        not_negative("quantity_mw"),
        not_negative("slope_usd_per_mw2h", "; a curve must be convex (a value curve concave)"),
    ),
    "commitments": (
        not_negative("min_up_h"),
        not_negative("min_down_h"),
        positive("ramp_up_mw_per_h", NO_LIMIT),
        positive("ramp_down_mw_per_h", NO_LIMIT),
        not_negative("p_before_mw"),
        positive("hours_before", "; null means long enough"),
    ),
    "emission_factors": (among("technology", TECHNOLOGIES), not_negative("co2_t_per_mwh")),
    "transfer_capacities": (not_negative("p_max_mw"),),
    "fees": (
        not_negative("withdrawn_usd_per_mwh"),
        not_negative("injected_usd_per_mwh"),
        not_negative("peak_usd_per_mw"),
        not_negative("fixed_usd"),
    ),
    "reserves": (not_negative("requirement_mw"), not_negative("shortage_usd_per_mwh")),
    "reserve_offers": (not_negative("p_max_mw"), not_negative("price_usd_per_mwh")),
    "reserve_products": (
        among("direction", DIRECTIONS),
        positive("minutes", "; null means the period"),
        not_negative("sustain_h", "; null means the period"),
    ),
    "reserve_shortages": (not_negative("quantity_mw"), not_negative("price_usd_per_mwh")),
    "startups": (not_negative("off_h"), not_negative("cost_usd")),
    "boundaries": (not_negative("chi"),),
}

ORDERS: dict[str, tuple[tuple[str, str], ...]] = {
    "buses": (("v_min_pu", "v_max_pu"),),
    "branches": (("angle_min_deg", "angle_max_deg"),),
    "boundaries": (("p_min_mw", "p_max_mw"),),
}
