"""The log of a coordination: bounds that must not cross, and replies that must not contradict.

Whatever a feeder is: its best reply (d, V) at prices pi says that no schedule d' is worth more to
it than V + pi (d' - d); all its replies must keep to that of all others.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from scenarios.clearing import Certificate
from validation.check import Check, Missed, Rows, check
from validation.cleared import Cleared
from validation.tolerances import RELATIVE, Tolerances

SAME = 1e-9  # of a number that another table repeats
ASKED = ["price", "plan", "slope", "bound"]
ANSWERED = ["schedule", "welfare", "slack"]


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
    """Where the final prices were asked, transmission earns at them what it said then."""
    final = messages[messages.quantity == "final_price"].sort_values(["boundary", "period"])
    stated = messages[messages.quantity == "final_bound"].value.to_numpy(float)
    sent, off = _by_question(messages), 0.0
    bounds = sent[sent.quantity == "bound"].set_index("question").value
    for question, prices in _supported(sent).groupby(level="question"):
        known = question in bounds.index and stated.size
        if known and np.array_equal(prices, final.value):
            off = abs(float(bounds[question] - stated[0]))
    return Missed(["final bound of transmission"], np.array([[off]]))


def _money(messages: pd.DataFrame, within: Tolerances) -> float:
    """Tolerance ($) of sums of messages."""
    size = max(1.0, float(messages.value.abs().max())) if len(messages) else 1.0
    return within.usd + RELATIVE * size


def _bounds_of_questions(cleared: Cleared, messages: pd.DataFrame) -> Rows:
    """Upper bound ($) by every question that all areas answered and that came with a bound."""
    sent = _by_question(messages)
    said = sent[sent.quantity.isin(["bound", "welfare", "slack"])]
    bounds = said.groupby("question").value.sum()
    paid = (_numbers(sent[sent.quantity == "schedule"]) * _supported(sent)).dropna()
    paid *= cleared.hours[paid.index.get_level_values("period").to_numpy(int) - 1]
    counted = said[said.quantity.isin(["bound", "welfare"])].groupby("question").sender.nunique()
    whole = counted.index[counted == 1 + len(cleared.scenario.distribution)]
    upper: Rows = (bounds - paid.groupby("question").sum())[whole].to_numpy(float)
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
    sent = _by_question(messages)
    answered, prices = dict(tuple(sent.groupby("sender"))), _supported(sent)
    for area in cleared.scenario.distribution:
        own = answered.get(area, sent[:0])
        worth = own[own.quantity == "welfare"].groupby("question").value.sum()
        boundaries = [b.boundary for b in cleared.scenario.boundaries if b.area == area]
        places = pd.MultiIndex.from_product(
            [worth.index, boundaries, range(1, cleared.hours.size + 1)]
        )
        shape = (len(worth), len(boundaries), cleared.hours.size)
        schedule, price = (
            numbers.reindex(places).to_numpy(float).reshape(shape)
            for numbers in (_numbers(own[own.quantity == "schedule"]), prices)
        )
        paid = np.einsum("kbt,jbt->jk", price * cleared.hours, schedule)
        earned = worth.to_numpy(float)
        most = earned - np.diag(paid) + paid  # worth of reply j as reply k permits it
        names = [f"{area} reply {n + 1}" for n in range(earned.size)]
        yield Missed(names, np.maximum(earned.reshape(-1, 1) - most, 0.0))


def _by_question(messages: pd.DataFrame) -> pd.DataFrame:
    """Prices, bounds and replies, with the number of their question; a forecast answers none.

    Messages are in the order in which they were sent: prices come first, then all replies to them.
    """
    prices = messages.quantity == "price"
    question = (prices & ~prices.shift(fill_value=False)).cumsum()
    part = messages.quantity.isin(ASKED + ANSWERED)
    return messages.assign(question=question)[part & (question > 0)]


def _supported(sent: pd.DataFrame) -> "pd.Series[float]":
    """Prices that every reply is the best at: those asked, or to which a slope has risen at it."""
    price, plan, slope, reply = (
        _numbers(sent[sent.quantity == q]) for q in ("price", "plan", "slope", "schedule")
    )
    rise = slope * (reply - plan)
    return price + rise.reindex(price.index).fillna(0.0)


def _numbers(sent: pd.DataFrame) -> "pd.Series[float]":
    """Values by question, boundary and period; the last where nobody answered the first."""
    return sent.groupby(["question", "boundary", "period"]).value.last()
