"""Day-ahead markets that a transmission operator and many distribution operators clear together.

The whole loop in memory: a scenario, its tables as DataFrames, designs that clear it, who is paid
what, and every law that the result must obey.

>>> import tandem
>>> day = tandem.system("two-blocks")
>>> operators = tandem.Operators(day)
>>> cleared = tandem.clear(operators, "cmo")
>>> round(cleared.welfare_usd)
-700
>>> units = tandem.frame(day, "generators").assign(p_max_mw=5.0)
>>> changed = tandem.with_frames(day, generators=units)
>>> again = tandem.clear(operators.for_scenario(changed), "cmo")  # no model is built again
>>> bool(all(check.passed for check in tandem.validate(changed, again)))
True

From files: `tandem.run("study.toml")` clears, settles, checks and reports a whole study.
"""

import typing

from scenarios.first_use import imported_at_first_use

if typing.TYPE_CHECKING:
    from market.coordination.methods import methods as methods
    from market.designs import designs as designs
    from market.operators.operators import Operators as Operators
    from market.pricing import pricing as pricing
    from scenarios.clearing import Clearing as Clearing
    from scenarios.files import read_scenario as read_scenario
    from scenarios.files import write_scenario as write_scenario
    from scenarios.findings import Finding as Finding
    from scenarios.findings import InvalidInput as InvalidInput
    from scenarios.frames import frame as frame
    from scenarios.frames import with_frames as with_frames
    from scenarios.importers.matpower import import_matpower as import_matpower
    from scenarios.importers.matpower.per_load import FeedersPerLoad as FeedersPerLoad
    from scenarios.resources import Resources as Resources
    from scenarios.scenario import Scenario as Scenario
    from scenarios.systems import build_system as system
    from scenarios.variants.margins import Margins as Margins
    from scenarios.variants.margins import with_margins as with_margins
    from settlement import Settlement as Settlement
    from solvers.errors import SolveFailed as SolveFailed
    from studies import Run as Run
    from studies import Study as Study
    from studies import compare_runs as compare_runs
    from studies import open_horizon as open_horizon
    from studies import read_run as read_run
    from studies import read_study as read_study
    from studies import run_horizon as horizon
    from studies import run_study as run
    from studies import run_sweep as sweep
    from studies.analyses.equilibrium import Markup as Markup
    from studies.analyses.equilibrium import Owner as Owner
    from studies.analyses.equilibrium import Understated as Understated
    from studies.analyses.equilibrium import Wholesale as Wholesale
    from studies.analyses.equilibrium import Withheld as Withheld
    from tandem.verbs import clear as clear
    from tandem.verbs import compare as compare
    from tandem.verbs import equilibrium as equilibrium
    from tandem.verbs import settle as settle
    from validation import validate as validate

# Where each name comes from, and what it is called there; imported when it is first asked for.
_HOME = {
    "Clearing": "scenarios.clearing:Clearing",
    "FeedersPerLoad": "scenarios.importers.matpower.per_load:FeedersPerLoad",
    "Finding": "scenarios.findings:Finding",
    "InvalidInput": "scenarios.findings:InvalidInput",
    "Margins": "scenarios.variants.margins:Margins",
    "Markup": "studies.analyses.equilibrium:Markup",
    "Operators": "market.operators.operators:Operators",
    "Owner": "studies.analyses.equilibrium:Owner",
    "Resources": "scenarios.resources:Resources",
    "Run": "studies:Run",
    "Scenario": "scenarios.scenario:Scenario",
    "Settlement": "settlement:Settlement",
    "SolveFailed": "solvers.errors:SolveFailed",
    "Study": "studies:Study",
    "Understated": "studies.analyses.equilibrium:Understated",
    "Wholesale": "studies.analyses.equilibrium:Wholesale",
    "Withheld": "studies.analyses.equilibrium:Withheld",
    "clear": "tandem.verbs:clear",
    "compare": "tandem.verbs:compare",
    "compare_runs": "studies:compare_runs",
    "designs": "market.designs:designs",
    "equilibrium": "tandem.verbs:equilibrium",
    "frame": "scenarios.frames:frame",
    "horizon": "studies:run_horizon",
    "import_matpower": "scenarios.importers.matpower:import_matpower",
    "methods": "market.coordination.methods:methods",
    "open_horizon": "studies:open_horizon",
    "pricing": "market.pricing:pricing",
    "read_run": "studies:read_run",
    "read_scenario": "scenarios.files:read_scenario",
    "read_study": "studies:read_study",
    "run": "studies:run_study",
    "settle": "tandem.verbs:settle",
    "sweep": "studies:run_sweep",
    "system": "scenarios.systems:build_system",
    "validate": "validation:validate",
    "with_frames": "scenarios.frames:with_frames",
    "with_margins": "scenarios.variants.margins:with_margins",
    "write_scenario": "scenarios.files:write_scenario",
}
__all__ = [
    "Clearing",
    "FeedersPerLoad",
    "Finding",
    "InvalidInput",
    "Margins",
    "Markup",
    "Operators",
    "Owner",
    "Resources",
    "Run",
    "Scenario",
    "Settlement",
    "SolveFailed",
    "Study",
    "Understated",
    "Wholesale",
    "Withheld",
    "clear",
    "compare",
    "compare_runs",
    "designs",
    "equilibrium",
    "frame",
    "horizon",
    "import_matpower",
    "methods",
    "open_horizon",
    "pricing",
    "read_run",
    "read_scenario",
    "read_study",
    "run",
    "settle",
    "sweep",
    "system",
    "validate",
    "with_frames",
    "with_margins",
    "write_scenario",
]


__getattr__ = imported_at_first_use(__name__, _HOME)


def __dir__() -> list[str]:
    return __all__
