"""What a settlement holds beside the ledger and the surplus: one record type per table."""

from dataclasses import dataclass

from scenarios.quantity import label, quantity


@dataclass(frozen=True, slots=True)
class Rent:
    """Part of what an operator keeps in one period, and the same amount by a second way."""

    period: int = label("period, from 1", key=True)
    area: str = label("area of the operator", key=True)
    kind: str = label(
        "congestion, feeder, voltage, loss, interface, phase_shift, shunt, spilled, scarcity; "
        "residual is what the operator keeps in all",
        key=True,
    )
    amount_usd: float = quantity("$", "from flows and limits; the residual from payments")
    check_usd: float | None = quantity(
        "$", "from prices and withdrawals; the residual from the sum of its parts"
    )


@dataclass(frozen=True, slots=True)
class DsoPayoff:
    """What a distribution area as a whole gains in one period from taking part."""

    period: int = label("period, from 1", key=True)
    area: str = label("distribution area", key=True)
    utility_usd: float = quantity("$", "value to flexible loads")
    cost_usd: float = quantity("$", "cost of generation, storage and spilled energy")
    shed_usd: float = quantity("$", "value of lost load of what is not served")
    boundary_usd: float = quantity("$", "payment to the TSO for boundary energy")
    compensation_usd: float = quantity("$", "paid by the TSO for energy it did not deliver")
    payoff_usd: float = quantity("$", "utility - cost - shed - boundary + compensation")


@dataclass(frozen=True, slots=True)
class MoneyFlow:
    """Money of the day that goes from one group of accounts to another."""

    from_group: str = label("group that pays", key=True)
    to_group: str = label("group that is paid", key=True)
    amount_usd: float = quantity("$", "whole cents, not negative")


@dataclass(frozen=True, slots=True)
class Identity:
    """A law of the settlement, and by how much it is missed ($) where it is missed most."""

    name: str
    worst_usd: float
    where: str
