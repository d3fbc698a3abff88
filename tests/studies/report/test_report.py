import re
from dataclasses import replace

import pandas as pd
import pytest

from scenarios.files import write_scenario
from scenarios.systems import build_system
from studies import run_study
from studies.report.run_page import render_report
from studies.report.sentences import sentences
from studies.study.new_study import new_study
from tests.studies.conftest import invoke

SECTIONS = (
    "summary",
    "welfare",
    "dispatch",
    "schedules",
    "prices",
    "network",
    "price-map",
    "duration",
    "areas",
    "money",
    "rounds",
    "attention",
    "checks",
    "provenance",
)


@pytest.fixture(scope="module")
def page(finished):
    """The report without the embedded library."""
    text = (finished.folder / "report.html").read_text(encoding="utf-8")
    return re.sub(r"<script>/\*.*?</script>", "", text, count=1, flags=re.DOTALL)


@pytest.mark.parametrize("key", SECTIONS)
def test_report_has_every_section(page, key):
    assert f'<section id="{key}">' in page


def test_report_loads_nothing_from_elsewhere(finished):
    text = (finished.folder / "report.html").read_text(encoding="utf-8")
    assert not re.findall(r"(?:src|href)\s*=\s*[\\\"']*(?:https?:)?//", text)
    assert not re.findall(r"@import|url\(\s*[\"']?http", text.split("</style>")[0])


def test_report_embeds_plotly_once_and_stays_small(finished):
    file = finished.folder / "report.html"
    assert file.read_text(encoding="utf-8").count("plotly.js v") <= 2
    assert file.stat().st_size < 8e6


def test_report_names_every_check(page, finished):
    for name in finished.table("cmo", "checks")["name"]:
        assert name.replace("'", "&#39;").replace(">", "&gt;") in page


def test_names_of_a_study_are_escaped(finished, page):
    assert "<title>two-blocks" in page


def test_words_tell_the_loss_of_the_hand_case(finished):
    """-800 $ against -700 $."""
    told = " ".join(sentences(finished))
    assert "conventional loses 100.00 USD (14.3 %)" in told
    assert "Every check of every design passed." in told


def test_report_of_one_design_compares_nothing(study, tmp_path):
    study.write_text(
        'format = 1\nname = "s"\nscenario = "scenario"\n[[design]]\nkind = "integrated"\n'
    )
    page = render_report(run_study(study, tmp_path / "run"))
    assert '<section id="rounds">' not in page
    assert '<section id="welfare">' not in page
    assert '<section id="dispatch">' in page


def test_currency_of_the_scenario_labels_the_axes(finished, tmp_path):
    header = finished.folder / "scenario" / "scenario.toml"
    (tmp_path / "s").mkdir()
    for file in header.parent.iterdir():
        (tmp_path / "s" / file.name).write_bytes(file.read_bytes())
    text = header.read_text(encoding="utf-8").replace('currency = "USD"', 'currency = "EUR"')
    (tmp_path / "s" / "scenario.toml").write_text(text, encoding="utf-8")
    study = tmp_path / "study.toml"
    study.write_text('format = 1\nname = "e"\nscenario = "s"\n[[design]]\nkind = "integrated"\n')
    page = render_report(run_study(study, tmp_path / "run"))
    assert "welfare, EUR" in page
    assert "USD" not in re.sub(r"<script>/\*.*?</script>", "", page, count=1, flags=re.DOTALL)


@pytest.fixture(scope="module")
def offering(tmp_path_factory):
    """The report of a day on which one generator asks too much, and may not sell at home either."""
    folder = tmp_path_factory.mktemp("offering")
    study = new_study(folder / "first", "local-wholesale")
    system = build_system("local-wholesale")
    units = (replace(g, beta=400.0) if g.beta == 24.25 else g for g in system.generators)
    write_scenario(replace(system, generators=tuple(units)), study.parent / "scenario")
    head = study.read_text().split("[[design]]")[0]
    options = 'gamma = 1.0\nbeta_mode = "offered"\nunsold_wem_returns_to_lem = false\n'
    study.write_text(f'{head}[[design]]\nkind = "local_wholesale"\n{options}')
    run = run_study(study, folder / "run")
    return run, render_report(run)


def test_report_marks_generators_that_lose_by_their_offer(offering):
    run, page = offering
    gains = run.table("local_wholesale", "incentive_of_day")
    assert gains[~gains["individually_rational"]]["beta_usd_per_mwh"].tolist() == [400.0]
    assert page.count("<b>loses</b>") == 1


def test_report_says_who_pays_for_wholesale_sales(offering):
    run, page = offering
    change = run.table("local_wholesale", "who_pays")["change_usd"].sum()
    assert "Who pays for it" in page
    assert f'<b>all</b></td><td class="n">{change:+,.2f}' in page


def test_tables_as_csv_are_those_in_parquet_and_the_page_leads_to_them(study, tmp_path):
    run = run_study(study, tmp_path / "run")
    done = invoke("report", run.folder, "--csv")
    assert done.exit_code == 0
    lmp = pd.read_csv(run.folder / "csv" / "cmo" / "lmp.csv")
    assert lmp["lmp_usd_per_mwh"].tolist() == run.table("cmo", "lmp")["lmp_usd_per_mwh"].tolist()
    page = (run.folder / "report.html").read_text(encoding="utf-8")
    for link in re.findall(r'<a href="(csv/[^"]+)"', page):
        assert (run.folder / link).exists()
    assert 'href="csv/cmo/lmp.csv"' in page
