"""Tests of nets need pandapower, which is an extra."""

import pytest

NEEDS = "pip install 'tandem-market[simbench]'"


@pytest.fixture(scope="session")
def networks():
    """pandapower's built-in networks."""
    pytest.importorskip("pandapower", reason=NEEDS)
    import pandapower.networks

    return pandapower.networks


@pytest.fixture(scope="session")
def simbench():
    """The package of SimBench grids."""
    return pytest.importorskip("simbench", reason=NEEDS)
