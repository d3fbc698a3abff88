"""What plants cost where their data do not say."""

import pytest

from scenarios.findings import InvalidInput
from scenarios.importers.optional import required
from scenarios.importers.technologies import technologies, technology_of


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Wind_MV", "wind"),
        ("WP4", "wind"),
        ("run of river", "hydro"),
        ("hard coal", "hard coal"),
        ("coal", "hard coal"),
        ("lv_RES", "pv"),
        ("Biomass_MV", "biomass"),
        ("imp1", "import"),
        ("simple", "other"),
        ("wye", "other"),
        ("", "other"),
    ],
)
def test_a_type_names_its_technology(words, named):
    assert technology_of(words, technologies()).technology == named


def test_a_file_replaces_rows_and_its_faults_come_together(tmp_path):
    table = tmp_path / "prices.csv"
    table.write_text("technology,kind,words,price_per_mwh\ngas,thermal,gas,90\n")
    held = technologies(table)
    assert held["gas"].price_per_mwh == 90.0
    assert held["oil"] == technologies()["oil"]
    table.write_text("technology,kind,words,price_per_mwh\ngas,fossil,gas,dear\n")
    with pytest.raises(InvalidInput) as caught:
        technologies(table)
    assert len(caught.value.findings) == 2
    with pytest.raises(InvalidInput, match="name a CSV file"):
        technologies(tmp_path / "none.csv")


def test_a_package_that_is_missing_is_a_finding_that_names_its_extra():
    with pytest.raises(InvalidInput, match=r"pip install 'tandem-market\[extra\]'"):
        required("no_such_package", "extra")
