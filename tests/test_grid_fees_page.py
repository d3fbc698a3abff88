"""The worked example of the page on grid fees, as it is written."""

import re
from pathlib import Path

import pytest

from market.pricing.retail import Retail
from settlement import settle

PAGE = Path(__file__).parents[1] / "docs" / "grid_fees.md"


@pytest.fixture(scope="module")
def done():
    """Names that the page's snippet leaves."""
    names = {}
    exec("\n".join(re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)), names)
    return names


def bill(settled, asset):
    """Energy, margin and the three fees ($) that an asset pays."""
    row = next(r for r in settled.statement.to_pylist() if r["asset"] == asset)
    parts = ("energy", "retail", "energy_fee", "peak_fee", "fixed_fee", "received")
    return [-row[f"{part}_usd"] for part in parts]


@pytest.mark.parametrize(
    ("asset", "paid"),
    [
        ("village", [1000.0, 0.0, 240.0, 80.0, 5.0, 1325.0]),
        ("farm", [0.0, 0.0, 60.0, 20.0, 5.0, 85.0]),
        ("sun", [0.0, 0.0, 40.0, 0.0, 0.0, 40.0]),
    ],
)
def test_bills_are_those_of_the_table(done, asset, paid):
    assert bill(done["settled"], asset) == pytest.approx(paid)


def test_the_operator_has_the_surplus_that_it_says(done):
    own = next(r for r in done["settled"].grid_account.to_pylist() if r["area"] == "F")
    told = [own[f"{part}_usd"] for part in ("revenue", "upstream", "cost", "balance")]
    assert told == pytest.approx([450.0, 15.0, 400.0, 35.0])
    assert done["settled"].welfare_usd == pytest.approx(-4100.0)


def test_a_tariff_is_a_margin_beside_energy_and_fees(done):
    settled = settle(done["charged"], done["clearing"].tables, Retail(70.0))
    assert bill(settled, "village") == pytest.approx([1000.0, 400.0, 240.0, 80.0, 5.0, 1725.0])
