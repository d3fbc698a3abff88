"""Who paid whom, and who gained what."""

from dataclasses import dataclass

from scenarios.quantity import label, quantity


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One payment; amounts are whole cents."""

    period: int = label("period, from 1", key=True)
    payer: str = label("account that pays", key=True)
    payee: str = label("account that is paid", key=True)
    product: str = label("what is paid for", key=True)
    area: str = label("area in which it is delivered", key=True)
    bus: str = label("bus at which it is delivered", key=True)
    energy_mwh: float = quantity("MWh", "energy delivered from payee to payer")
    price_usd_per_mwh: float = quantity("$/MWh", "price")
    amount_usd: float = quantity("$", "payment, rounded to cents")


@dataclass(frozen=True, slots=True)
class Surplus:
    """What one party gains in one period; the column adds up to social welfare."""

    period: int = label("period, from 1", key=True)
    party: str = label("account", key=True)
    kind: str = label("consumer, producer, storage, dso or tso", key=True)
    area: str = label("area of the party")
    asset: str | None = label("asset that it owns; null for operators and those not served")
    value_usd: float = quantity("$", "value consumed minus cost borne")
    received_usd: float = quantity("$", "payments received minus payments made")
    surplus_usd: float = quantity("$", "value_usd + received_usd")
