"""Who pays whom: ledger, surplus, rents and payoffs from the tables of a clearing."""

from settlement.records import DsoPayoff, Identity, MoneyFlow, Rent
from settlement.settlement import Settlement, settle

__all__ = ["DsoPayoff", "Identity", "MoneyFlow", "Rent", "Settlement", "settle"]
