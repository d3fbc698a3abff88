"""The pricing rule of the page for developers settles studies, sweeps and days by the laws."""

import re
from pathlib import Path

import pytest

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from market.pricing import pricing
from scenarios.findings import InvalidInput
from scenarios.systems import build_system
from settlement import settle
from studies import read_study, run_study
from studies.study.new_study import new_study
from studies.study.study_text import study_text
from studies.sweep import run_sweep

PAGE = Path(__file__).parents[2] / "docs" / "developers" / "add-a-pricing-rule.md"
FILES = dict(re.findall(r"```\w+\n# (\S+)\n(.*?)```", PAGE.read_text(), re.DOTALL))


@pytest.fixture
def flat_tariff(monkeypatch):
    """The worked example, done as it is written, and forgotten afterwards."""
    monkeypatch.setattr(pricing, "_members", dict(pricing))
    names = {"__name__": "flat_tariff"}
    exec(FILES["flat_tariff.py"], names)
    return names["FlatTariff"]


@pytest.fixture
def study(tmp_path):
    """A study of the two-block system that asks for the example."""
    file = new_study(tmp_path / "first", "two-blocks")
    text = re.sub(r"\[settlement\]\n(\w.*\n)*", FILES["study.toml"], file.read_text())
    file.write_text(text, encoding="utf-8")
    return file


def test_a_day_balances_at_any_tariff(flat_tariff):
    """Every load pays 55 $/MWh and every producer gets it."""
    scenario = build_system("two-blocks")
    tables = Integrated().clear(Operators(scenario)).tables
    settlement = settle(scenario, tables, flat_tariff(55.0))
    assert set(settlement.priced["price_usd_per_mwh"]) == {55.0}
    assert settlement.settlement_imbalance_usd == 0.0
    assert settlement.net_surplus_usd == pytest.approx(settlement.welfare_usd, abs=1e-6)


def test_a_study_runs_it_from_file_to_report(flat_tariff, study, tmp_path):
    run = run_study(study, tmp_path / "run")
    for design in run.designs.values():
        assert design.checks_failed == ()
    rents = run.table("integrated", "rents")
    assert set(rents["kind"]) == {"own_use", "residual"}
    assert flat_tariff.words in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")


def test_its_options_are_read_and_written(flat_tariff, study):
    read = read_study(study)
    assert read.settlement.pricing == flat_tariff(55.0)
    study.write_text(study_text(read), encoding="utf-8")
    assert read_study(study).settlement == read.settlement


def test_its_law_refuses_values(flat_tariff, study):
    study.write_text(study.read_text().replace("55.0", "-1.0"))
    with pytest.raises(InvalidInput, match="at least 0"):
        read_study(study)


def test_a_sweep_varies_rule_and_options(flat_tariff, study, tmp_path):
    over = ["settlement.pricing=lmp,flat_tariff", "settlement.tariff_usd_per_mwh=20,60"]
    found = run_sweep(study, over[1:], tmp_path / "tariffs").designs.to_pandas()
    own = found[found["design"] == "integrated"]
    assert own["area_surplus_usd"].nunique() == 2
    assert own["welfare_usd"].nunique() == 1
    rules = run_sweep(study, over[:1], tmp_path / "rules").designs.to_pandas()
    assert (rules["checks_failed"] == "").all()
    assert rules[rules["design"] == "integrated"]["area_surplus_usd"].nunique() == 2


def test_without_it_the_study_is_refused_with_the_names_there_are(study):
    with pytest.raises(InvalidInput, match="there is no pricing rule 'flat_tariff'"):
        read_study(study)
