"""SimBench grids of all combinations of voltage levels, and their profiles."""

import copy
import datetime

import numpy as np
import pytest

from scenarios.findings import InvalidInput

pytest.importorskip("simbench", reason="pip install 'tandem-market[simbench]'")

from scenarios.importers.simbench import Days, days_of, import_simbench
from security.load_flow import base_load_flow
from tests.scenarios.nets.agreement import distances

CODES = (
    "1-EHV-mixed--0-sw",
    "1-EHVHV-mixed-all-0-sw",
    "1-EHVHV-mixed-1-2-no_sw",
    "1-HV-mixed--0-sw",
    "1-HVMV-mixed-all-0-sw",
    "1-HVMV-urban-2.203-1-no_sw",
    "1-MV-rural--0-sw",
    "1-MV-comm--2-no_sw",
    "1-MVLV-rural-1.108-0-sw",
    "1-LV-rural1--0-sw",
    "1-LV-urban6--2-sw",
)


@pytest.mark.parametrize("code", CODES)
def test_the_power_flow_is_that_of_pandapower(simbench, code, monkeypatch):
    net = simbench.get_simbench_net(code)  # takes seconds: once a code
    monkeypatch.setattr(simbench, "get_simbench_net", lambda _: copy.deepcopy(net))
    voltage, loss = distances(net, import_simbench(code))
    assert voltage < 1e-6
    assert loss < 1e-5


def test_an_hour_is_the_mean_of_its_quarters_and_follows_the_profiles(simbench, monkeypatch):
    """Noon of a day in May; pandapower at the same powers has the same losses."""
    import pandapower

    code, day = "1-LV-rural1--2-sw", datetime.date(2016, 5, 10)
    net = simbench.get_simbench_net(code)
    monkeypatch.setattr(simbench, "get_simbench_net", lambda _: copy.deepcopy(net))
    scenario = import_simbench(code, days=Days(day, 1, 15))
    hourly = import_simbench(code, days=Days(day))
    for name, values in hourly.profile_arrays.items():
        quarters = scenario.profile_arrays[name].reshape(-1, 4).mean(axis=1)
        assert values == pytest.approx(quarters, abs=1e-12)
    absolute = simbench.get_absolute_values(net, profiles_instead_of_study_cases=True)
    step = int(np.flatnonzero(net.profiles["load"]["time"] == "10.05.2016 12:00")[0])
    for (table, column), values in absolute.items():
        if table in ("load", "sgen"):
            net[table][column] = values.iloc[step]
    pandapower.runpp(net, numba=False)
    losses = float(net.res_line.pl_mw.sum() + net.res_trafo.pl_mw.sum())
    assert base_load_flow(scenario, 49).loss_mw == pytest.approx(losses, abs=1e-8)


def test_days_outside_the_year_and_unknown_codes_are_findings(simbench, monkeypatch):
    net = simbench.get_simbench_net("1-LV-rural1--0-sw")
    monkeypatch.setattr(simbench, "get_simbench_net", lambda _: copy.deepcopy(net))
    with pytest.raises(InvalidInput, match="2016-01-01 to 2016-12-31"):
        import_simbench("1-LV-rural1--0-sw", days=days_of("2017-01-01"))
    with pytest.raises(InvalidInput, match="near: '1-LV-rural1--0-sw'"):
        import_simbench("1-LV-rural1-0-sw")
    with pytest.raises(InvalidInput, match="is no date"):
        days_of("June")
    with pytest.raises(InvalidInput, match="use 15, 30 or 60"):
        import_simbench("1-LV-rural1--0-sw", days=days_of("2016-01-01", 45))


def test_a_profile_that_is_missing_or_has_gaps_is_a_finding(simbench, monkeypatch):
    net = simbench.get_simbench_net("1-LV-rural1--0-sw")
    net.load.loc[0, "profile"] = "H9"
    net.profiles["renewables"].loc[:, net.sgen.profile.iloc[0]] = np.nan
    monkeypatch.setattr(simbench, "get_simbench_net", lambda code: net)
    with pytest.raises(InvalidInput) as caught:
        import_simbench("1-LV-rural1--0-sw")
    text = str(caught.value)
    assert "load 0: profile 'H9_pload' is not in the data" in text
    assert "has 96 gaps on these days" in text
