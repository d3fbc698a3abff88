"""Who pays whom: ledger, surplus and rents from the tables of a clearing."""

from settlement.settlement import Settlement, settle
from settlement.settlement_records import AreaSurplus, Identity, MoneyFlow, Rent

__all__ = ["AreaSurplus", "Identity", "MoneyFlow", "Rent", "Settlement", "settle"]
