"""Verdicts on a cleared and settled design: the market's checks and the laws of the settlement."""

from collections.abc import Iterator

from scenarios.clearing import Clearing
from scenarios.scenario import Scenario
from settlement import Settlement
from studies.runs.run_records import Verdict
from validation import fees_are_as_stated, validate

HALF_CENT = 0.00501  # $; payments are rounded to cents, and half a cent is not exact in binary
ARITHMETIC = 1e-9  # part of the turnover that sums of many payments may be off


def verdicts(
    scenario: Scenario, clearing: Clearing, settled: Settlement, paid_usd: float = 0.0
) -> tuple[Verdict, ...]:
    """Every check of a design, passed or not; `paid_usd` is the money at a part's boundaries."""
    checks = validate(scenario, clearing, paid_usd)
    if scenario.fees:
        tables = {**clearing.tables, "ledger": settled.ledger}
        checks = (*checks, fees_are_as_stated(scenario, tables))
    market = [Verdict(c.name, c.worst, c.tolerance, c.unit, c.where, c.passed) for c in checks]
    return (*market, *settlement_verdicts(clearing, settled))


def settlement_verdicts(clearing: Clearing, settled: Settlement) -> Iterator[Verdict]:
    """The laws of the settlement; prices and flows may differ by the certified gap."""
    certificate = clearing.certificate
    gap = certificate.upper_usd - certificate.lower_usd if certificate else 0.0
    tolerance = HALF_CENT + ARITHMETIC * settled.turnover_usd + gap
    for law in settled.checks:
        yield _verdict(law.name, law.worst_usd, tolerance, law.where)
    apart = abs(settled.net_surplus_usd - clearing.welfare_usd)
    yield _verdict("net surplus = welfare of the clearing", apart, tolerance, "day")
    yield _verdict("ledger balances to the cent", settled.settlement_imbalance_usd, 0.0, "day")


def _verdict(name: str, worst: float, tolerance: float, where: str) -> Verdict:
    return Verdict(name, worst, tolerance, "$", where, passed=worst <= tolerance)
