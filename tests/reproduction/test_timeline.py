"""Messages and their time."""

import pandas as pd

from reproduction.timeline import GATE, Window, exchanges
from scenarios.results import TSO


def test_questions_that_go_out_at_once_share_a_turn():
    """A forecast, two rounds of two questions each, and the end: turns 0, 1, 2 and 3."""
    rows = [(0, 0, "D", "schedule")]
    for round_, questions in ((1, (1, 2)), (2, (3, 4))):
        for question in questions:
            rows += [(round_, question, TSO, "price"), (round_, question, "D", "schedule")]
    rows += [(2, 4, TSO, "final_price"), (2, 4, "D", "final_earned")]
    sent = pd.DataFrame(rows, columns=["round", "question", "sender", "quantity"])
    sent = sent.assign(boundary="b", value=0.0, unit="MW")
    found = exchanges(sent, {"b": "D"}, Window())
    assert list(found.groupby("turn")["numbers"].sum()) == [1, 4, 4, 2]
    first = found[(found["turn"] == 2) & (found["sender"] == TSO)]
    assert first["leaves_min"].iloc[0] == GATE.round_minutes + Window().clearing
