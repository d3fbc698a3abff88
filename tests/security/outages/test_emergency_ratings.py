"""What a branch may carry after an outage, which may be more than on every day."""

import pytest

from security.dc.outages import State
from security.outages.ac import Before
from security.outages.contingency import Contingency
from security.outages.dc import DcBefore
from security.outages.outage import Outage
from tests.market.test_outages import two_lines

LOST = Outage("branch one", ("one",))


def analysed(emergency, approach):
    before = Before.of(two_lines(load=60.0, emergency=emergency))
    side = before if approach == "ac" else DcBefore.of(before)
    return Contingency(before.layout, side.intact(), tuple(side.after([LOST])))


@pytest.mark.parametrize("approach", ["ac", "dc"])
@pytest.mark.parametrize(
    ("emergency", "state", "part"),
    [
        (None, State.VIOLATED, 60 / 40),
        (50.0, State.VIOLATED, 60 / 50),
        (80.0, State.SECURE, 60 / 80),
    ],
)
def test_the_other_line_may_carry_its_emergency_rating(approach, emergency, state, part):
    """60 MW flow over two lines rated 40 MVA, and over one of them when the other is lost."""
    found = analysed(emergency, approach)
    assert found.intact.state is State.SECURE
    assert found.states == (state,)
    assert found.loading[1, 0] == pytest.approx(part, rel=0.05 if approach == "ac" else 1e-9)
    assert found.pi_mw[0] == pytest.approx(part**2, rel=0.1 if approach == "ac" else 1e-9)


def test_without_outage_the_rating_of_every_day_counts():
    """100 MW over two lines: 50 each are above 40, whatever they may carry after an outage."""
    before = Before.of(two_lines(load=100.0, emergency=200.0))
    assert before.intact().state is State.VIOLATED
