"""What clearing one design gives: welfare, certificate and result tables."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import pandas as pd
import pyarrow as pa

from scenarios.local_market import LocalMarket
from scenarios.results import KEPT
from scenarios.traits import Physics


class Status(enum.Enum):
    """Why a clearing ended; the value is the message for the user."""

    OPTIMAL = "one operator's optimum"
    AGREED = "the operators agree within the tolerance"
    BOUNDED = "the operators agree; other plants may be better by as much as the stated gap"
    OUT_OF_ROUNDS = "the round limit was reached; raise max_rounds or the tolerance"
    OUT_OF_TIME = "the time limit was reached; raise time_limit_s or the tolerance"
    GATE_CLOSED = "the gate closed before the operators agreed; let it close later, or ask for less"
    UNCONFIRMED = "operators' last answers do not bear out what they had agreed; see the notes"
    LOST = "an operator was lost before it settled its part; no price or schedule here is final"
    UNSETTLED = "some generators would still gain by another wholesale share; raise share_rounds"
    CYCLING = "the exchange repeats itself and will not agree; use method 'schedules' or damping"


@dataclass(frozen=True)
class Certificate:
    """Bounds on the day's welfare ($), and how far the operators are apart (MW, $/MWh)."""

    lower_usd: float
    upper_usd: float
    quantity_residual_mw: float
    price_residual_usd_per_mwh: float

    @property
    def gap_relative(self) -> float:
        """(upper - lower) / max(1, |upper|)."""
        return (self.upper_usd - self.lower_usd) / max(1.0, abs(self.upper_usd))


@dataclass(frozen=True)
class Seconds:
    """Wall time of a clearing (s)."""

    build: float
    solve: float
    total: float


@dataclass(frozen=True, repr=False)
class Clearing:
    """One design, cleared: `tables` holds dispatch, lmp, flow, voltage, boundary, message, round.

    `welfare_usd` is utility minus cost over the day; the value of served inelastic load is a
    constant and left out, unserved energy counts at the value of lost load. A design that
    computes an optimum without a certificate (conventional) has `certificate` None. `local` are
    the rules of local markets, where the design has them; the certificate then counts wholesale
    offers at what they ask. `redispatch_usd` is the welfare lost by mending a plan that was made
    without feeders' limits, where the design makes one. `notes` tell of operators whose answers
    failed, or do not bear out what was agreed.
    """

    design: str
    status: Status
    welfare_usd: float
    certificate: Certificate | None
    rounds: int
    seconds: Seconds
    tables: Mapping[str, pa.Table]
    physics: Physics
    local: LocalMarket | None = None
    redispatch_usd: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """Why it ended, and what went wrong on the way."""
        return "; ".join((self.status.value, *self.notes))

    def __repr__(self) -> str:
        gap = f", gap {self.certificate.gap_relative:.1e}" if self.certificate else ""
        return f"<Clearing {self.design!r}: welfare {self.welfare_usd:,.2f}{gap}>"

    def _repr_html_(self) -> str:
        """Average power of every kind by area, as a table for a notebook."""
        rows = self.frame("dispatch")
        sums = rows.pivot_table("p_mw", index="area", columns="kind", aggfunc="sum", sort=False)
        average = (sums / rows["period"].max()).round(3)
        told = f"<p>{escape(repr(self)[1:-1])}; {escape(self.status.value)}</p>"
        return f"{told}<p>Average of the periods, MW:</p>{average.to_html(na_rep='')}"

    def frame(self, table: str) -> pd.DataFrame:
        """One result table as a DataFrame; raises KeyError for an unknown name."""
        held: pd.DataFrame = self.tables[table].to_pandas()
        return held

    def crossed(self) -> pd.DataFrame:
        """The messages that crossed a boundary: all but the totals that transmission keeps."""
        sent = self.frame("message")
        return sent[~sent["quantity"].isin(KEPT)]
