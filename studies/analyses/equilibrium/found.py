"""Where owners who play end under one design, and what that does to the market.

The Lerner index is that of the market: the part of the price that is not there when all are
truthful (S. Borenstein, J. Bushnell, F. Wolak, "Measuring Market Inefficiencies in California's
Restructured Wholesale Electricity Market", American Economic Review 92(5), 2002).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from market.clearing.best_replies import Ended, Play
from scenarios.quantity import label, quantity
from studies.analyses.equilibrium.moves import Owner

Choices = tuple[float, ...]


@dataclass(frozen=True)
class Outcome:
    """A day at some choices: true profits and welfare ($), consumers' bill, what operators keep."""

    profit_usd: tuple[float, ...]
    welfare_usd: float
    bill_usd: float
    consumed_mwh: float
    operators_usd: float

    @property
    def price_usd_per_mwh(self) -> float:
        """What consumers pay on average."""
        return self.bill_usd / self.consumed_mwh if self.consumed_mwh else 0.0


@dataclass(frozen=True, slots=True)
class Equilibrium:
    """One design with owners who play, against all being truthful; means over a cycle."""

    design: str = label("name of the design", key=True)
    ended: str = label("settled, cycle, or out_of_rounds")
    rounds: int = quantity("1", "rounds of best replies")
    clearings: int = quantity("1", "days that were cleared")
    price_truthful_usd_per_mwh: float = quantity("$/MWh", "what consumers pay if all are truthful")
    price_usd_per_mwh: float = quantity("$/MWh", "what consumers pay in the end")
    lerner: float = quantity("1", "part of the price that is there by playing")
    transfer_usd: float = quantity("$", "what consumers pay more for what they take in the end")
    operators_usd: float = quantity("$", "what operators keep less, such as by dearer redispatch")
    welfare_lost_usd: float = quantity("$", "welfare if all are truthful, less that in the end")
    gain_usd: float = quantity("$", "what those who play gain together by playing")


@dataclass(frozen=True, slots=True)
class ChoiceMade:
    """What one owner has chosen after one round under one design."""

    design: str = label("name of the design", key=True)
    round: int = quantity("1", "round; 0 is before the first", key=True)
    owner: str = label("who chose", key=True)
    chooses: str = label("what it chooses, with its unit")
    choice: float = quantity("", "what it has chosen, in that unit")
    profit_usd: float = quantity("$", "what it gains at all owners' choices")
    lasts: bool = label("whether the choices stay, or come back in a cycle")


def equilibrium(
    design: str, play: Play[Choices], outcomes: dict[Choices, Outcome], rounds: int
) -> Equilibrium:
    """The figures of a play whose choices have been cleared."""
    truth, last = outcomes[play.choices[0]], [outcomes[c] for c in play.last]
    price = fmean(o.price_usd_per_mwh for o in last)
    more = price - truth.price_usd_per_mwh
    return Equilibrium(
        design=design,
        ended=play.ended.name.lower(),
        rounds=rounds,
        clearings=len(outcomes),
        price_truthful_usd_per_mwh=truth.price_usd_per_mwh,
        price_usd_per_mwh=price,
        lerner=more / price if price else 0.0,
        transfer_usd=fmean(_more(truth, o) for o in last),
        operators_usd=truth.operators_usd - fmean(o.operators_usd for o in last),
        welfare_lost_usd=truth.welfare_usd - fmean(o.welfare_usd for o in last),
        gain_usd=fmean(sum(o.profit_usd) for o in last) - sum(truth.profit_usd),
    )


def _more(truth: Outcome, end: Outcome) -> float:
    return (end.price_usd_per_mwh - truth.price_usd_per_mwh) * end.consumed_mwh


def choices_made(
    design: str,
    owners: Sequence[Owner],
    play: Play[Choices],
    outcomes: dict[Choices, Outcome],
) -> list[ChoiceMade]:
    """One row for each round and owner."""
    return [
        ChoiceMade(
            design, n, owner.name, f"{owner.move.words}, {owner.move.unit}", choice, profit,
            play.ended is not Ended.OUT_OF_ROUNDS and choices in play.last,
        )
        for n, choices in enumerate(play.choices)
        for owner, choice, profit in zip(
            owners, choices, outcomes[choices].profit_usd, strict=True
        )
    ]  # fmt: skip
