"""Who pays whom: ledger, surplus and rents from the tables of a clearing."""

from settlement.records import AreaSurplus, Identity, MoneyFlow, Rent
from settlement.settlement import Settlement, settle

__all__ = ["AreaSurplus", "Identity", "MoneyFlow", "Rent", "Settlement", "settle"]
