"""Networks to study: hand-made ones, and random meshes for `st.from_type(Network)`."""

import pytest
from hypothesis import strategies as st

from scenarios.network import Network
from scenarios.records import PQ, SLACK, Area, Branch, Bus


def branch(n, ends, **columns):
    return Branch("T", f"k{n}", str(ends[0]), str(ends[1]), 0.0, **{"x_pu": 0.1, **columns})


def of_branches(branches):
    names = dict.fromkeys(bus for k in branches for bus in (k.from_bus, k.to_bus))
    buses = [Bus("T", n, 100.0, 0.9, 1.1, kind=SLACK if n == "0" else PQ) for n in names]
    return Network.of(Area("T", "transmission", 100.0), buses, branches)


@pytest.fixture(scope="session")
def network_of():
    """Network of branches k0, k1, ... between pairs of buses; bus 0 is the slack, x = 0.1."""

    def build(*ends, **columns):
        return of_branches([branch(n, pair, **columns) for n, pair in enumerate(ends)])

    return build


@st.composite
def meshes(draw):
    """A random tree with up to eight more branches, some of them parallel, with taps and shifts."""
    count = draw(st.integers(2, 10))
    ends = [(draw(st.integers(0, n - 1)), n) for n in range(1, count)]
    pair = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    ends += draw(st.lists(pair.filter(lambda e: e[0] != e[1]), max_size=8))
    columns = {"x_pu": st.floats(0.05, 1), "tap": st.floats(0.9, 1.1), "shift_deg": SHIFT}
    return of_branches(
        [branch(n, e, **draw(st.fixed_dictionaries(columns))) for n, e in enumerate(ends)]
    )


SHIFT = st.sampled_from([0.0, 0.0, -10.0, 3.0])
st.register_type_strategy(Network, meshes())
