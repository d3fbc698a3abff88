import pytest

from studies import compare_runs, run_study
from studies.compare import compared, same_scenario


def test_loss_is_against_the_best_design_of_all_runs(finished):
    """-800 $ against -700 $: 100 $, one seventh of the best."""
    table = compare_runs(finished.folder).set_index("design")
    assert table.loc["conventional", "loss_usd"] == pytest.approx(100.0)
    assert table.loc["conventional", "loss_percent"] == pytest.approx(100.0 / 7)
    assert table.loc["integrated", "loss_usd"] == pytest.approx(0.0, abs=1e-6)


def test_boundary_energy_is_that_of_the_hand_case(finished):
    """The forecast takes 40 MW for an hour, the optimum the whole block of 50 MW."""
    table = compare_runs(finished.folder).set_index("design")
    assert table.loc["conventional", "boundary_mwh"] == pytest.approx(40.0)
    assert table.loc["cmo", "boundary_mwh"] == pytest.approx(50.0)


def test_payoffs_are_columns_by_area(finished):
    table = compare_runs(finished.folder)
    area = finished.scenario.distribution[0]
    expected = [d.dso_payoff_usd[area] for d in finished.designs.values()]
    assert list(table[f"payoff_usd:{area}"]) == expected


def test_designs_of_several_runs_stand_in_their_order(finished, tmp_path):
    other = run_study(finished.folder, tmp_path / "other")
    rows = compared([finished, other])
    names = list(finished.designs)
    assert [(r.run, r.design) for r in rows] == [
        *(("run", name) for name in names),
        *(("other", name) for name in names),
    ]


def test_runs_of_the_same_files_are_of_the_same_scenario(finished, tmp_path):
    other = run_study(finished.folder, tmp_path / "other")
    assert same_scenario([finished, other])
