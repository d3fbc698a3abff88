"""A study cleared with operators elsewhere: the market operator's own run folder."""

from pathlib import Path

from scenarios.findings import InvalidInput
from solvers.errors import SolveFailed
from studies.analyses.study_run import leave_run
from studies.runs.clear_designs import ClearedStudy
from studies.runs.clear_elsewhere import clear_elsewhere
from studies.runs.finished import Run
from studies.runs.market_lines import market_lines, put_away, set_aside
from studies.runs.progress import Silent, Watcher
from studies.runs.provenance import input_hashes
from studies.study.apart import refuse_shared_data
from studies.study.operators_file import read_operators
from studies.study.study import open_study

MESSAGES = "messages"


def run_elsewhere(
    study: Path | str,
    operators: Path | str,
    out: Path | str | None = None,
    progress: Watcher | None = None,
) -> Run:
    """Clear a study of what the market operator holds with the operators in a file.

    The run folder holds the log of all letters as `messages`. A run that was cut short goes on
    from its log when it is started again. Raises `InvalidInput`, and `SolveFailed` where no design
    could be cleared.
    """
    chosen, scenario = open_study(study)
    refuse_shared_data(chosen)
    file = read_operators(Path(operators), scenario)
    hashes = input_hashes(chosen, study)
    with market_lines(file, chosen.name, scenario, hashes) as market:

        def clear(part: Path) -> ClearedStudy:
            try:
                return clear_elsewhere(chosen, scenario, part, progress or Silent(), market)
            except (InvalidInput, SolveFailed):
                set_aside(market.folder)
                raise

        place, own = Path(out) if out else None, scenario.transmission
        done = leave_run(chosen, scenario, place, hashes, clear, own)
        put_away(market.folder, done.folder / MESSAGES)
        return done
