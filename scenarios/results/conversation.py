"""What operators said, and how far they were after each round."""

from dataclasses import dataclass

from scenarios.quantity import label, quantity


@dataclass(frozen=True, slots=True)
class Message:
    """One number that crossed the boundary between two operators, or a total of such numbers."""

    round: int = label("round of the coordination, from 1; 0 is what is sent before it", key=True)
    question: int = label(
        "question that it puts or answers, in order from 1; 0 is what is sent before the first",
        key=True,
    )
    sender: str = label("tso, or the distribution area", key=True)
    boundary: str = label("boundary", key=True)
    product: str = label("energy, or the reserve that crosses there", key=True)
    period: int | None = label("period; null where one number stands for the day", key=True)
    point: int | None = label(
        "place along a bid curve, or among what is carried, from 1; null for other quantities",
        key=True,
    )
    value: float = quantity("", "the number, in the quantity's unit")
    quantity: str = label(
        "price, plan and slope (by which the price rises beyond the plan), bound (most that "
        "transmission earns at the price, or where it has risen to), value (marginal, of a plan "
        "without a price), schedule, welfare, slack (most that its reply falls short), total (of "
        "all who answered and of the bound; kept by transmission), carried (what devices carry to "
        "the next period), carried_worth (what one more of it is worth to later periods), "
        "carried_total (of all who answered; kept by transmission), commitment "
        "(number of the one held, of which alone the bound tells) and ceiling (what no schedule "
        "exceeds, whatever plants do; both kept by transmission), least and most (limits of all "
        "schedules), curve_mw, curve_price, or final_ and price, schedule, welfare, bound, "
        "commitment, ceiling or earned (what an area earns at best)",
        key=True,
    )
    unit: str = label("MW, $/MWh, $/MW2h or $; MW or MWh of what is carried; number")


@dataclass(frozen=True, slots=True)
class Round:
    """State of the coordination after one round."""

    round: int = label("round, from 1", key=True)
    lower_usd: float | None = quantity(
        "$",
        "welfare of a schedule that is known to be feasible; null as long as plants are partly on",
    )
    upper_usd: float | None = quantity(
        "$", "welfare that no schedule can exceed; null as long as an answer is missing"
    )
    gap_relative: float | None = quantity(
        "1", "(upper - lower) / max(1, |upper|); null without a bound"
    )
    quantity_residual_mw: float | None = quantity(
        "MW", "largest disagreement on boundary power; null as long as nothing is to compare"
    )
    price_residual_usd_per_mwh: float | None = quantity(
        "$/MWh", "largest change of a boundary price; null as long as nothing is to compare"
    )
    late: str = label("areas whose last reply was kept, separated by commas", default="")
