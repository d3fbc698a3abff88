"""The log of a coordination: bounds that must not cross, and replies that must not contradict.

Whatever a feeder is: its best reply (d, V) at prices pi says that no schedule d' is worth more to
it than V + pi (d' - d); all its replies must keep to that of all others.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from scenarios.clearing import Certificate
from scenarios.results import TSO
from validation.check import Check, Missed, Rows, check
from validation.cleared import Cleared
from validation.tolerances import RELATIVE, Tolerances

SAME = 1e-9  # of a number that another table repeats


def rounds_hold(cleared: Cleared, within: Tolerances) -> Check:
    """No lower bound of any round exceeds any upper one; gaps and the last round are as stated."""
    rounds = cleared.clearing.tables["round"].to_pandas()
    certificate = cleared.clearing.certificate
    if not len(rounds) or certificate is None:
        return Check("rounds of coordination", 0.0, within.usd, "$", "")
    low, high = (rounds[f"{side}_usd"].to_numpy(float) for side in ("lower", "upper"))
    high = np.nan_to_num(high, nan=np.inf)
    least = min(float(high.min()), certificate.upper_usd)
    scale = np.maximum(1.0, np.abs(high))
    stated = rounds.gap_relative.to_numpy(float)
    with np.errstate(invalid="ignore"):
        apart = np.where(np.isfinite(high), (high - low) - stated * scale, 0.0)
    crossed = np.maximum(np.maximum(low, certificate.lower_usd) - least, 0.0)
    names = [f"round {n}" for n in rounds["round"]]
    number = rounds["round"].to_numpy(float) - np.arange(1, len(rounds) + 1)
    parts = [apart, crossed, number, _residuals(rounds, certificate)]
    missed = [Missed(names, part.reshape(-1, 1)) for part in parts]
    return check("rounds of coordination", within.usd, "$", *missed)


def _residuals(rounds: pd.DataFrame, certificate: Certificate) -> Rows:
    """By how much the last round's residuals are not those of the certificate."""
    last = rounds.iloc[-1]
    off = np.zeros(len(rounds))
    pairs = (
        (last.quantity_residual_mw, certificate.quantity_residual_mw),
        (last.price_residual_usd_per_mwh, certificate.price_residual_usd_per_mwh),
    )
    for stated, held in pairs:  # null in the table is infinite in the certificate
        known = pd.notna(stated), np.isfinite(held)
        off[-1] += abs(stated - held) if all(known) else float(any(known))
    return off


def certificate_follows_from_log(cleared: Cleared, within: Tolerances) -> Check:
    """Every upper bound is what both sides said that they earn at best at some prices asked.

    The last one is by their last answers; the lower bound is that of the last round or, where
    schedules were worth less in the end, the welfare itself, less what repairs cost.
    """
    rounds = cleared.clearing.tables["round"].to_pandas()
    certificate = cleared.clearing.certificate
    if not len(rounds) or certificate is None or not cleared.scenario.boundaries:
        return Check("certificate by the log", 0.0, within.usd, "$", "")
    messages = cleared.clearing.tables["message"].to_pandas()
    proved, parts = _bounds_of_questions(cleared, messages), []
    for row in rounds.itertuples():
        if pd.notna(row.upper_usd):
            off = np.abs(np.maximum(proved, row.lower_usd) - row.upper_usd)
            missed = off.min(initial=np.inf)
            parts.append(Missed([f"upper bound of round {row.round}"], np.array([[missed]])))
    final = messages[messages.quantity.isin(["final_bound", "final_earned"])]
    if len(final) == 1 + len(cleared.scenario.distribution):
        upper = max(float(final.value.sum()), certificate.lower_usd)
        off = np.array([[upper - certificate.upper_usd]])
        parts.append(Missed(["upper bound"], np.abs(off)))
    parts.append(_asked_last(messages))
    return check("certificate by the log", _money(messages, within), "$", *parts)


def _asked_last(messages: pd.DataFrame) -> Missed:
    """Where the final prices were asked last, transmission earns at them what it said then."""
    last, final = (
        messages[messages.quantity == name].groupby(["boundary", "period"]).value.last()
        for name in ("price", "final_price")
    )
    same = last.index.equals(final.index) and np.array_equal(last, final)
    bounds = [messages[messages.quantity == name].value for name in ("bound", "final_bound")]
    apart = same and all(len(bound) for bound in bounds)
    off = bounds[0].iloc[-1] - bounds[1].iloc[-1] if apart else 0.0
    return Missed(["final bound of transmission"], np.array([[abs(off)]]))


def _money(messages: pd.DataFrame, within: Tolerances) -> float:
    """Tolerance ($) of sums of messages."""
    size = max(1.0, float(messages.value.abs().max())) if len(messages) else 1.0
    return within.usd + RELATIVE * size


def _bounds_of_questions(cleared: Cleared, messages: pd.DataFrame) -> Rows:
    """Upper bound ($) by every question that all areas answered."""
    whole = _asked_and_answered(cleared, messages)
    said = whole[whole.quantity.isin(["bound", "welfare", "slack"])]
    bounds = said.groupby("question").value.sum()
    power, price = (_numbers(whole[whole.quantity == q]) for q in ("schedule", "price"))
    paid = (power * price).dropna()
    paid *= cleared.hours[paid.index.get_level_values("period").to_numpy(int) - 1]
    upper: Rows = (bounds - paid.groupby("question").sum()).to_numpy(float)
    return upper


def replies_agree(cleared: Cleared, within: Tolerances) -> Check:
    """No reply of an area is worth more than its other replies permit."""
    messages = cleared.clearing.tables["message"].to_pandas()
    tolerance = _money(messages, within)
    return check("replies of areas", tolerance, "$", *_replies(cleared, messages))


def final_messages_hold(cleared: Cleared, within: Tolerances) -> Check:
    """The schedules sent at the end are the boundary powers of the clearing."""
    messages = cleared.clearing.tables["message"].to_pandas()
    sent = messages[messages.quantity == "final_schedule"]
    place = {b.boundary: n for n, b in enumerate(cleared.scenario.boundaries)}
    row = sent.boundary.map(place).to_numpy(int)
    power = cleared.boundary["p_mw"][row, sent.period.to_numpy(int) - 1]
    off = (sent.value.to_numpy(float) - power).reshape(-1, 1)
    return check("final messages", within.mw, "MW", Missed(sent.boundary.tolist(), off))


def _replies(cleared: Cleared, messages: pd.DataFrame) -> Iterator[Missed]:
    answered = dict(tuple(_asked_and_answered(cleared, messages).groupby("sender")))
    if TSO not in answered:
        return
    asked = answered[TSO]
    prices = _numbers(asked[asked.quantity == "price"])
    for area in cleared.scenario.distribution:
        own = answered.get(area, asked[:0])
        worth = own[own.quantity == "welfare"].groupby("question").value.sum()
        boundaries = [b.boundary for b in cleared.scenario.boundaries if b.area == area]
        places = pd.MultiIndex.from_product(
            [worth.index, boundaries, range(1, cleared.hours.size + 1)]
        )
        shape = (len(worth), -1, cleared.hours.size)
        schedule, price = (
            numbers.reindex(places).to_numpy(float).reshape(shape)
            for numbers in (_numbers(own[own.quantity == "schedule"]), prices)
        )
        paid = np.einsum("kbt,jbt->jk", price * cleared.hours, schedule)
        earned = worth.to_numpy(float)
        most = earned - np.diag(paid) + paid  # worth of reply j as reply k permits it
        names = [f"{area} reply {n + 1}" for n in range(earned.size)]
        yield Missed(names, np.maximum(earned.reshape(-1, 1) - most, 0.0))


def _asked_and_answered(cleared: Cleared, messages: pd.DataFrame) -> pd.DataFrame:
    """Messages of the rounds in which all areas answer, with the number of their question.

    In a round transmission may ask more than once, and a forecast comes before the first question,
    so messages are counted from the last. Where an area is late, nobody can tell which question
    its answers are to.
    """
    key = ["round", "sender", "boundary", "period", "point", "quantity"]
    sent = messages.copy()
    sent["turn"] = sent.groupby(key, dropna=False).cumcount(ascending=False)
    counted = sent[sent.quantity.isin(["price", "welfare"])]
    turns = counted.groupby(["round", "sender"]).turn.max().groupby(level="round")
    everybody = turns.size() == 1 + len(cleared.scenario.distribution)
    whole = everybody & (turns.min() == turns.max())
    kept = sent[sent["round"].isin(whole.index[whole])]
    return kept.assign(question=kept.groupby(["round", "turn"]).ngroup())


def _numbers(sent: pd.DataFrame) -> "pd.Series[float]":
    """Values by question, boundary and period."""
    return sent.set_index(["question", "boundary", "period"]).value
