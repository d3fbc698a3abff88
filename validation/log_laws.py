"""Laws of a coordination's rounds and messages.

Whatever a feeder is: its best reply (d, V) at prices pi says that no schedule d' is worth more to
it than V + pi (d' - d); all its replies must keep to that of all others.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from scenarios.clearing import Certificate
from validation.check import Check, Missed, Rows, check
from validation.cleared import Cleared
from validation.log import Log
from validation.messages import ALONG, Messages
from validation.tolerances import RELATIVE, Tolerances

SAME = 1e-10  # of a sum that was added up in another order


def log_holds(cleared: Cleared, within: Tolerances) -> Iterator[Check]:
    """Laws of rounds and messages; of a log that is not complete, that is the only verdict."""
    rounds = cleared.clearing.tables["round"].to_pandas()
    certificate = cleared.clearing.certificate
    if not len(rounds) or certificate is None or not cleared.scenario.boundaries:
        return
    messages = Messages(cleared)
    whole = check("log is complete", 0.0, "rows", *messages.wrong_rows(len(rounds)))
    yield whole
    if not whole.passed:
        return
    log = Log(messages)
    tolerance = within.usd + RELATIVE * max(1.0, float(messages.table.value.abs().max()))
    yield check("rounds of coordination", within.usd, "$", *_rounds(log, rounds, certificate))
    yield check("totals of the log", SAME, "of the money", *_totals(log))
    yield check("certificate by the log", tolerance, "$", *_certificate(log, rounds, certificate))
    yield check("bid curves fall", within.price, "$/MWh or MW", *_curves(messages))
    yield check("replies of areas", tolerance, "$", *_replies(log))
    yield check("final schedules", within.mw, "MW", _final(log, "schedule", ("p_mw", "p_mw")))
    prices = "lmp_usd_per_mwh", "price_usd_per_mwh"
    yield check("final prices", within.price, "$/MWh", _final(log, "price", prices))


def _rounds(log: Log, rounds: pd.DataFrame, certificate: Certificate) -> Iterator[Missed]:
    """No lower bound of any round exceeds any upper one; gaps and the last round are as stated."""
    low, high = (rounds[f"{side}_usd"].to_numpy(float) for side in ("lower", "upper"))
    low, high = np.nan_to_num(low, nan=-np.inf), np.nan_to_num(high, nan=np.inf)
    least = min(float(high.min()), certificate.upper_usd)
    scale = np.maximum(1.0, np.abs(high))
    stated = rounds.gap_relative.to_numpy(float)
    with np.errstate(invalid="ignore"):
        apart = np.where(np.isfinite(high - low), (high - low) - stated * scale, 0.0)
    crossed = np.maximum(np.maximum(low, certificate.lower_usd) - least, 0.0)
    number: Rows = rounds["round"].to_numpy(float) - np.arange(1, len(rounds) + 1)
    for part in (apart, crossed, number, _residuals(log, rounds, certificate)):
        yield Missed(_named(rounds), part.reshape(-1, 1))


def _residuals(log: Log, rounds: pd.DataFrame, certificate: Certificate) -> Rows:
    """By how much residuals of the last round, with the plants cleared, are not as certified."""
    held = log.messages.commitment == log.messages.final_commitment
    when = log.messages.round_of[held]
    ended = int(when[when <= len(rounds)].max(initial=0)) or len(rounds)
    last = rounds.iloc[ended - 1]
    off = np.zeros(len(rounds))
    pairs = (
        (last.quantity_residual_mw, certificate.quantity_residual_mw),
        (last.price_residual_usd_per_mwh, certificate.price_residual_usd_per_mwh),
    )
    for stated, held in pairs:  # null in the table is infinite in the certificate
        known = pd.notna(stated), np.isfinite(held)
        off[-1] += abs(stated - held) if all(known) else float(any(known))
    return off


def _totals(log: Log) -> Iterator[Missed]:
    """The total of a question is what transmission and all who replied earn at its prices."""
    stated = log.messages.by_day("total")[1:, 0]
    parts = np.column_stack([log.bound, log.earned])[1:]
    moved = np.abs(np.nan_to_num(log.prices * log.schedules)).sum(axis=(1, 2))[1:]
    size = 1.0 + np.nansum(np.abs(parts), axis=1) + moved * log.messages.cleared.hours.max()
    off = (stated - np.nansum(parts, axis=1)) / size
    names = [f"question {n + 1}" for n in range(off.size)]
    yield Missed(names, off.reshape(-1, 1))
    told = np.nan_to_num(log.messages.by_day("carried_total")[1:, 0])
    carried = log.messages.carried[1:]
    yield Missed(names, ((told - carried) / (1.0 + np.abs(carried))).reshape(-1, 1))


def _certificate(log: Log, rounds: pd.DataFrame, certificate: Certificate) -> Iterator[Missed]:
    """Upper bounds are what all earn at best at prices asked; lower ones can be made of offers.

    The upper bound of a round is that of its own prices or the least so far, that of the day is by
    the last answers.
    """
    upper, asked_in = log.upper_bounds(), log.messages.round_of
    within = log.within_offers(len(rounds))
    low, high = (rounds[f"{side}_usd"].to_numpy(float) for side in ("lower", "upper"))
    low = np.nan_to_num(low, nan=-np.inf)  # no schedule is known as long as plants are partly on
    for n, stated in enumerate(np.nan_to_num(high, nan=np.inf)):
        own, least = (
            float(upper[chosen].min(initial=np.inf))
            for chosen in (asked_in == n + 1, asked_in <= n + 1)
        )
        off = min(_bound_apart(bound, low[n], stated) for bound in (own, least))
        yield Missed([f"upper bound of round {n + 1}"], np.array([[off]]))
        beyond = max(low[n] - within[n], 0.0) if np.isfinite(low[n]) else 0.0
        yield Missed([f"lower bound of round {n + 1}"], np.array([[beyond]]))
    bound = float(log.messages.by_day("final_bound")[-1, 0])
    most = min(within[-1], log.within_final(bound), log.held_bound())
    off = _bound_apart(log.final_bound(), certificate.lower_usd, certificate.upper_usd)
    yield Missed(["upper bound"], np.array([[off]]))
    least = float(upper.min(initial=np.inf))
    risen = (
        max(log.final_bound() - least, 0.0) if np.isfinite(log.messages.commitment).any() else 0.0
    )
    yield Missed(["ceiling above one that was told"], np.array([[risen]]))
    yield Missed(["lower bound"], np.array([[max(certificate.lower_usd - most, 0.0)]]))
    yield Missed(["final bound of transmission"], np.array([[_asked_last(log, bound)]]))


def _asked_last(log: Log, bound: float) -> float:
    """Where the final prices were asked, transmission earns at them what it said then."""
    final = log.messages.by_period("final_price")[-1]
    same = (log.prices == final).all(axis=(1, 2)) & np.isfinite(log.bound)
    held = log.messages.commitment
    same &= np.isnan(held) | (held == log.messages.final_commitment)
    return float(np.abs(log.bound[same] - bound).max(initial=0.0))


def _replies(log: Log) -> Iterator[Missed]:
    """No point of an area is worth more than what it said that it earns at best."""
    final = log.messages.by_period("final_price")[-1:]
    last = log.messages.by_day("final_earned")[-1]
    for n, area in enumerate(log.messages.areas):
        replied = np.isfinite(log.earned[:, n])
        left = log.left_at(n, log.prices, replied)
        beyond = np.maximum(left - log.left[replied, n][:, None], 0.0).sum(axis=2)
        beyond -= log.slack[replied, n][:, None]
        at_last = log.left_at(n, final)[0].sum(axis=1) - last[n]
        names = [f"{area} reply {k + 1}" for k in range(left.shape[1])]
        yield Missed(names, np.maximum(beyond.max(axis=0, initial=0.0), 0.0).reshape(-1, 1))
        yield Missed(names, np.maximum(at_last, 0.0).reshape(-1, 1))


def _final(log: Log, quantity: str, columns: tuple[str, str]) -> Missed:
    """By how much what was sent at the end is not what the tables of boundaries have.

    The `columns` are of energy and of reserve, which is counted out of distribution.
    """
    cleared = log.messages.cleared
    energy, reserve = cleared.boundary, cleared.reserves.crossing
    sign = -1.0 if quantity == "schedule" else 1.0
    stated = np.vstack([energy[columns[0]], sign * reserve[columns[1]]])
    names = [*energy.names, *reserve.names]
    return Missed(names, log.messages.by_period(f"final_{quantity}")[-1] - stated)


def _named(rounds: pd.DataFrame) -> list[str]:
    return [f"round {n}" for n in rounds["round"]]


def _bound_apart(bound: float, lower: float, stated: float) -> float:
    """Difference of upper bounds, which solvers leave below a lower one by next to nothing."""
    if bound == stated:  # both may be infinite
        return 0.0
    return max(abs(max(bound, lower) - stated), lower - bound)


def _curves(messages: Messages) -> Iterator[Missed]:
    """Along a curve power does not fall and its price does not rise."""
    sent = messages.table[messages.table.quantity.isin(ALONG)].sort_values("point")
    for quantity, rows in sent.groupby("quantity"):
        step = rows.groupby(["boundary", "period"]).value.diff().to_numpy()
        wrong = -step if quantity == ALONG[0] else step
        most = np.nanmax(wrong, initial=0.0)
        yield Missed([f"order of {quantity}"], np.array([[max(float(most), 0.0)]]))
