"""What users pay for the grid: fees of an area's operator beside the price of energy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scenarios.assets import all_assets
from scenarios.quantity import label, quantity

BOUNDARIES = "boundary"  # payer: distribution operators, at their boundaries with transmission


@dataclass(frozen=True, slots=True)
class Fee:
    """A grid fee of an area's operator: by energy, by peak, fixed.

    Who is named by several fees pays them all. A day is the one that is cleared, whatever its
    length; the peak is the greatest power of the day, drawn from the grid or fed into it.
    """

    area: str = label("area whose operator is paid", key=True)
    fee: str = label("name of the fee, unique in its area", key=True)
    payer: str = label(
        "who pays: consumer, producer or storage; one kind of asset, such as load or generator; or "
        "boundary, in transmission, for distribution operators"
    )
    asset: str | None = label(
        "the one asset, or boundary, that pays; null means all of the payer's", default=None
    )
    withdrawn_usd_per_mwh: float = quantity("$/MWh", "of energy drawn from the grid", default=0.0)
    injected_usd_per_mwh: float = quantity("$/MWh", "of energy fed into the grid", default=0.0)
    peak_usd_per_mw: float = quantity("$/MW", "of the peak of the day", default=0.0)
    fixed_usd: float = quantity("$", "of the day", default=0.0)
    in_bids: bool = label(
        "whether generators, flexible loads and stores bid with the part by energy", default=False
    )


FEE_TABLES = ("fees",)


BIDDING = ("generator", "bid", "storage")  # kinds that may bid with fees
Rates = tuple[float, float]  # $/MWh of energy drawn, and fed in


def rates_in_bids(fees: Iterable[Fee]) -> dict[tuple[str, str | None], Rates]:
    """What the fees of one area add to bids, by kind and asset; None: all assets of the kind."""
    rates: dict[tuple[str, str | None], Rates] = {}
    known = payers()
    for fee in fees:
        for kind in set(known[fee.payer]) & set(BIDDING) if fee.in_bids else ():
            drawn, fed = rates.get((kind, fee.asset), (0.0, 0.0))
            more = fee.withdrawn_usd_per_mwh, fee.injected_usd_per_mwh
            rates[kind, fee.asset] = drawn + more[0], fed + more[1]
    return rates


def payers() -> Mapping[str, tuple[str, ...]]:
    """Kinds of positions that each word for a payer stands for."""
    owned = {kind: asset for kind, asset in all_assets().items() if asset.group != "network"}
    kinds = {kind: (kind,) for kind in (*owned, BOUNDARIES)}
    groups = dict.fromkeys(asset.group for asset in owned.values())
    return kinds | {g: tuple(k for k, a in owned.items() if a.group == g) for g in groups}
