"""Owners who play under all designs of a study, or of a run that is finished."""

from collections.abc import Callable, Sequence

from scenarios.scenario import Scenario
from studies.analyses.equilibrium.moves import Owner
from studies.analyses.equilibrium.page import tables
from studies.analyses.equilibrium.play import Played, Rules, equilibria
from studies.runs.finished import Run
from studies.runs.run_folder import keep_tables
from studies.study.operators import operators_of
from studies.study.study import Study, read_study

TABLE = "equilibrium"


def of_study(
    study: Study, market: Scenario, owners: Sequence[Owner], rules: Rules | None = None
) -> Played:
    """Where owners end under each design, priced as the study says; raises InvalidInput."""
    pricing = {name: study.settlement.rule_of(one) for name, one in study.designs.items()}
    operators = operators_of(study, market)
    return equilibria(market, operators, study.designs, pricing, owners, rules)


def keep_in(run: Run, who: Callable[[Scenario], Sequence[Owner]]) -> Played:
    """Let owners play under every design of a run; what comes of it is kept with its tables.

    `who` gives them from what designs clear.
    """
    study = read_study(run.folder)
    market = study.market(run.scenario)
    played = of_study(study, market, who(market))
    rows = tables(played)[TABLE].to_pandas()
    for name in rows["design"]:
        keep_tables(run.folder / name, {TABLE: rows[rows["design"] == name]})
    return played
