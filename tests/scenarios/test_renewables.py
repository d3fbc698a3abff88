"""PV and wind: curves, and their expectation over the weather."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from scenarios.findings import InvalidInput
from scenarios.records import Generator, Load
from scenarios.renewables.expectation import (
    bell_day,
    expected_factors,
    expected_mw,
    profile_rows,
)
from scenarios.renewables.penetration import outputs_at, penetration
from scenarios.renewables.pv import PanelPv, ThresholdPv
from scenarios.renewables.weather import BetaIrradiance, WeibullWind
from scenarios.renewables.wind import CUBIC, LINEAR, WindPlant, at_hub
from scenarios.systems import build_system

PV = ThresholdPv(rated_mw=5.0)
PANELS = PanelPv(rated_mw=0.15, area_m2=1000.0, ambient=25.0)
few = settings(max_examples=25, deadline=None)
exponents = pytest.mark.parametrize("exponent", [LINEAR, CUBIC])
pv_plants = pytest.mark.parametrize("plant", [PV, PANELS])


# Curves -------------------------------------------------------------------------------------------


@pv_plants
def test_there_is_no_pv_at_night(plant):
    assert plant.power_mw(0.0) == 0.0


@pv_plants
def test_pv_gives_its_rating_at_most(plant):
    assert plant.power_mw(np.linspace(0.0, 1400.0, 141)).max() == plant.rated_mw


@pytest.mark.parametrize(
    ("irradiance", "p_mw"), [(75.0, 0.1875), (150.0, 0.75), (600.0, 3.0), (1000.0, 5.0)]
)
def test_threshold_pv_by_hand(irradiance, p_mw):
    """5 MW: 75^2/(1000 150) of it = 3.75 %, then 15 %, 60 % and 100 %."""
    assert PV.power_mw(irradiance) == pytest.approx(p_mw)


def test_panels_by_hand():
    """400 W/m2 warm the cells by 400 25/800 = 12.5 degC, which loses 5 %: 72 kW become 68.4."""
    assert PANELS.cell_temperature(400.0) == pytest.approx(37.5)
    assert PANELS.power_mw(400.0) == pytest.approx(0.0684)


def test_warmer_panels_give_less():
    warm = PanelPv(rated_mw=0.15, area_m2=1000.0, ambient=35.0)
    assert warm.power_mw(400.0) < PANELS.power_mw(400.0)


def test_panels_bend_where_the_inverter_caps_them():
    """0.18 G (1 - 0.004 25/800 G) = 150 W/m2 at the kink."""
    (kink,) = (g for g in PANELS.kinks if 0 < g < 1500)
    assert 0.18 * kink * (1 - 0.000125 * kink) == pytest.approx(150.0)


@exponents
@pytest.mark.parametrize(
    ("speed", "share"), [(2.99, 0.0), (3.0, 0.0), (12.0, 1.0), (24.99, 1.0), (25.0, 0.0)]
)
def test_wind_cuts_in_and_out(exponent, speed, share):
    assert WindPlant(2.0, exponent=exponent).power_mw(speed) == 2.0 * share


@pytest.mark.parametrize(("exponent", "share"), [(LINEAR, 5 / 9), (CUBIC, 485 / 1701)])
def test_wind_between_cut_in_and_rated_by_hand(exponent, share):
    """At 8 m/s: (8 - 3)/(12 - 3), or (512 - 27)/(1728 - 27)."""
    assert WindPlant(2.0, exponent=exponent).power_mw(8.0) == pytest.approx(2.0 * share)


def test_wind_at_the_hub_by_hand():
    """Sixteen times as high at an exponent of 1/4: twice the speed."""
    assert at_hub(5.0, hub_m=160.0, measured_m=10.0, shear=0.25) == pytest.approx(10.0)


# Weather ------------------------------------------------------------------------------------------


@few
@given(mean=st.floats(0.05, 0.9), spread=st.floats(0.1, 0.9))
def test_beta_irradiance_has_its_mean_and_deviation(mean, spread):
    deviation = spread * math.sqrt(mean * (1 - mean))
    moments = stats.beta(*BetaIrradiance(mean, deviation).shapes).stats()
    assert moments == pytest.approx((mean, deviation**2), rel=1e-9)


@pytest.mark.parametrize("weather", [BetaIrradiance(0.5, 0.2), WeibullWind(8.0, 1.8)])
@pytest.mark.parametrize("share", [0.01, 0.3, 0.99])
def test_quantile_undoes_the_share_below(weather, share):
    assert weather.share_below(weather.quantile(share)) == pytest.approx(share)


# Expectation --------------------------------------------------------------------------------------


@few
@given(mean=st.floats(0.05, 0.9), spread=st.floats(0.1, 0.9))
def test_expected_pv_in_partial_moments(mean, spread):
    """E[G^n; G < g] of a Beta is a ratio of Beta functions times an incomplete Beta function."""
    weather = BetaIrradiance(mean, spread * math.sqrt(mean * (1 - mean)))
    a, b = weather.shapes

    def moment(n, low, high):
        whole = math.exp(special.betaln(a + n, b) - special.betaln(a, b))
        return whole * (special.betainc(a + n, b, high) - special.betainc(a + n, b, low))

    expected = 5.0 * (moment(2, 0.0, 0.15) / 0.15 + moment(1, 0.15, 1.0))
    assert expected_mw(PV, weather) == pytest.approx(expected, rel=1e-7)


@pv_plants
def test_expected_pv_is_the_quadrature_of_output_times_density(plant):
    weather = BetaIrradiance(0.6, 0.2)
    density = stats.beta(*weather.shapes, scale=1000.0)
    ends = sorted({*(g for g in plant.kinks if g < 1000), 1000.0})
    expected = sum(
        density.expect(plant.power_mw, lb=low, ub=high) for low, high in itertools.pairwise(ends)
    )
    assert expected_mw(plant, weather) == pytest.approx(expected, rel=1e-7)


@exponents
@pytest.mark.parametrize("shape", [1.5, 2.0, 3.0])
def test_expected_wind_is_the_quadrature_of_output_times_density(exponent, shape):
    plant = WindPlant(2.0, exponent=exponent)
    density = stats.weibull_min(shape, scale=8.0)
    expected = sum(
        density.expect(plant.power_mw, lb=low, ub=high) for low, high in [(3, 12), (12, 25)]
    )
    assert expected_mw(plant, WeibullWind(8.0, shape)) == pytest.approx(expected, rel=1e-7)


def test_expected_output_of_linear_wind_in_closed_form():
    """Rayleigh: E = rated/(v_r - v_ci) int exp(-(v/c)^2) dv, less what cut-out takes."""
    c = 8.0
    ramp = c * math.sqrt(math.pi) / 2 * (math.erf(12 / c) - math.erf(3 / c)) / 9
    expected = 2.0 * (ramp - math.exp(-((25 / c) ** 2)))
    assert expected_mw(WindPlant(2.0), WeibullWind(c)) == pytest.approx(expected, rel=1e-9)


def test_nothing_is_expected_at_night():
    assert expected_mw(PV, BetaIrradiance(0.0, 0.0)) == 0.0


# Profiles -----------------------------------------------------------------------------------------


def test_a_day_of_pv_is_dark_at_night_and_highest_at_noon():
    factors = expected_factors(PV, bell_day())
    assert [t for t, value in enumerate(factors, start=1) if value > 0] == list(range(7, 18))
    assert int(np.argmax(factors)) + 1 == 12


def test_a_day_of_pv_mirrors_at_noon():
    factors = expected_factors(PV, bell_day())
    assert factors[6:11] == pytest.approx(factors[16:11:-1], rel=1e-9)


def test_factors_do_not_depend_on_the_rating():
    weather = [WeibullWind(7.0), WeibullWind(9.0)]
    small, large = (expected_factors(WindPlant(r), weather) for r in (1.0, 50.0))
    assert small == pytest.approx(large, rel=1e-9)


def test_profile_rows_count_periods_from_1():
    rows = profile_rows("pv", [0.0, 0.5])
    assert [(r.profile, r.period, r.value) for r in rows] == [("pv", 1, 0.0), ("pv", 2, 0.5)]


# Penetration --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sunny():
    """A feeder of System B with PV."""
    scenario = build_system("B")
    areas = map(scenario.area, scenario.distribution)
    return next(a for a in areas if any(g.technology == "pv" for g in a.generators.values()))


@pytest.mark.parametrize("share", [0.0, 0.25, 0.75])
def test_outputs_at_a_penetration_have_it(sunny, share):
    outputs = outputs_at(sunny, 12, share)
    others = dict.fromkeys(sunny.generators, 1.0)
    assert penetration(sunny, 12, others | outputs) == pytest.approx(share)


def test_plants_share_the_output_as_they_are_available(sunny):
    outputs = outputs_at(sunny, 12, 0.5)
    available = {
        g: sunny.generators[g].p_max_mw * sunny.factor(sunny.generators[g].profile)[11]
        for g in outputs
    }
    shares = [p / available[g] for g, p in outputs.items()]
    assert shares == pytest.approx([shares[0]] * len(shares))


# Refusals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: ThresholdPv(0.0), "rated_mw is > 0"),
        (lambda: ThresholdPv(1.0, threshold=1200.0), "0 < threshold < standard"),
        (lambda: PanelPv(1.0, 10.0, 25.0, efficiency=18.0), "0 < efficiency <= 1"),
        (lambda: PanelPv(1.0, 10.0, math.nan), "cells at ambient temperature give power"),
        (lambda: WindPlant(1.0, cut_in=13.0), "0 <= cut_in < rated < cut_out"),
        (lambda: WindPlant(1.0, exponent=2), "exponent is 1 or 3"),
        (lambda: at_hub(5.0, hub_m=0.0), "heights are > 0 m"),
        (lambda: BetaIrradiance(0.5, 0.6), r"deviation\^2 < mean \(1 - mean\)"),
        (lambda: BetaIrradiance(1.0, 0.1), "0 <= mean < 1"),
        (lambda: WeibullWind(0.0), "scale is > 0"),
    ],
)
def test_what_cannot_be_is_a_finding(build, message):
    with pytest.raises(InvalidInput, match=message):
        build()


def test_a_share_of_renewables_that_are_not_there_is_a_finding(sunny):
    bare = sunny.with_assets(Generator, {})
    with pytest.raises(InvalidInput, match="any is available"):
        outputs_at(bare, 12, 0.5)


def test_a_share_of_no_load_is_a_finding(sunny):
    with pytest.raises(InvalidInput, match="there is load"):
        outputs_at(sunny.with_assets(Load, {}), 12, 0.5)
