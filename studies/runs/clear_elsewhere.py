"""The designs of a study cleared with operators elsewhere, by what the market operator knows."""

from dataclasses import replace
from pathlib import Path

from market.carriers.elsewhere.ask import ask
from market.designs import Design
from market.operators.operators import Operators
from scenarios.fees_paid import fees_in_bids
from scenarios.findings import Finding, InvalidInput
from scenarios.scenario import Scenario
from solvers.errors import SolveFailed
from studies.runs.clear_designs import Cleared, ClearedStudy
from studies.runs.clear_part import clear_part
from studies.runs.market_lines import MarketLines
from studies.runs.progress import Watcher
from studies.runs.run_folder import write_tables
from studies.runs.run_records import Failure
from studies.study.operators import operators_of
from studies.study.study import Study


def clear_elsewhere(
    study: Study, scenario: Scenario, folder: Path, watcher: Watcher, market: MarketLines
) -> ClearedStudy:
    """Every design of the study; its tables are in a folder of its name in `folder`.

    A design that fails leaves the others as they are, unless an operator was never heard: without
    it nothing can be cleared. Raises `InvalidInput` or `SolveFailed`
    where none could be cleared.
    """
    operators = operators_of(study, study.market(scenario), ask, market.lines)
    operators.answer_limit_s = market.answer_limit_s
    cleared: list[Cleared] = []
    failed: dict[str, InvalidInput | SolveFailed] = {}
    for name, design in study.designs.items():
        watcher.begin(name)
        market.open(name)
        try:
            found = _clear(study, scenario, operators, market, name, design, watcher)
        except (InvalidInput, SolveFailed) as error:
            failed[name] = error
            market.close(None)
            if market.never_heard:
                break
        else:
            write_tables(folder / name, found.tables)
            cleared.append(found)
        watcher.end(name)
    market.finish()
    if failed and not cleared:
        raise next(iter(failed.values()))
    return ClearedStudy(tuple(cleared), {name: _failure(e) for name, e in failed.items()})


def _clear(
    study: Study,
    scenario: Scenario,
    operators: Operators,
    market: MarketLines,
    name: str,
    design: Design,
    watcher: Watcher,
) -> Cleared:
    clearing = design.clear(operators, name, watcher.round)
    fees = fees_in_bids(scenario, clearing.frame("dispatch"))
    untold = market.close(clearing, fees)
    told = replace(clearing, notes=(*clearing.notes, *untold))
    return clear_part(study, scenario, scenario.transmission, design, told)


def _failure(error: InvalidInput | SolveFailed) -> Failure:
    if isinstance(error, InvalidInput):
        return Failure(tuple(error.findings), by_input=True)
    return Failure((Finding(error.problem, error.status, error.cure),), by_input=False)
