"""Outages that a clearing must survive."""

from dataclasses import dataclass

from scenarios.quantity import label


@dataclass(frozen=True, slots=True)
class Outage:
    """A transmission branch without which all others must keep to their emergency ratings."""

    area: str = label("area of the branch", key=True)
    branch: str = label("branch in service that may be lost", key=True)


OUTAGE_TABLES = ("outages",)
