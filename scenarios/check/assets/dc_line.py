"""Rules on DC lines."""

from collections.abc import Iterator

from scenarios.check.assets import asset_rules
from scenarios.check.assets.contract import AssetRules
from scenarios.check.laws import Law, not_negative, positive
from scenarios.check.rows import rows
from scenarios.findings import Finding
from scenarios.records import DcLine
from scenarios.scenario import Scenario


def flows_backwards_cover_the_loss(scenario: Scenario) -> Iterator[Finding]:
    """Where a line may draw from its to end, it may draw the loss that stands there."""
    for row in rows(scenario, "dc_lines"):
        line: DcLine = row.record
        if line.p_min_mw < 0 and line.loss_0_mw > -line.p_min_mw:
            finding = f"{row.shown('p_min_mw')}, but {row.shown('loss_0_mw')} are lost at least"
            yield row.finding("p_min_mw", finding, "lower p_min_mw, or raise it to 0")


asset_rules.register(
    "dc_line",
    AssetRules(
        laws=(
            not_negative("loss_0_mw"),
            Law("loss_1", lambda x: 0 <= x < 1, lambda _: "it must be from 0 to below 1"),
            positive("v_from_pu"),
            positive("v_to_pu"),
        ),
        orders=(
            ("p_min_mw", "p_max_mw"),
            ("q_min_from_mvar", "q_max_from_mvar"),
            ("q_min_to_mvar", "q_max_to_mvar"),
        ),
        of_day=((flows_backwards_cover_the_loss, ()),),
    ),
)
