"""Columns of the MATPOWER tables, by MATPOWER's names (MATPOWER User's Manual, appendix B).

Positions count from 1, as in the case files.
"""

BUS_TYPES = {"PQ": 1, "PV": 2, "REF": 3, "NONE": 4}
BUS = {
    "BUS_I": 1, "BUS_TYPE": 2, "PD": 3, "QD": 4, "GS": 5, "BS": 6, "BUS_AREA": 7, "VM": 8,
    "VA": 9, "BASE_KV": 10, "ZONE": 11, "VMAX": 12, "VMIN": 13, "LAM_P": 14, "LAM_Q": 15,
    "MU_VMAX": 16, "MU_VMIN": 17,
}  # fmt: skip
BRANCH = {
    "F_BUS": 1, "T_BUS": 2, "BR_R": 3, "BR_X": 4, "BR_B": 5, "RATE_A": 6, "RATE_B": 7,
    "RATE_C": 8, "TAP": 9, "SHIFT": 10, "BR_STATUS": 11, "PF": 14, "QF": 15, "PT": 16, "QT": 17,
    "MU_SF": 18, "MU_ST": 19, "ANGMIN": 12, "ANGMAX": 13, "MU_ANGMIN": 20, "MU_ANGMAX": 21,
}  # fmt: skip
GEN = {
    "GEN_BUS": 1, "PG": 2, "QG": 3, "QMAX": 4, "QMIN": 5, "VG": 6, "MBASE": 7, "GEN_STATUS": 8,
    "PMAX": 9, "PMIN": 10, "MU_PMAX": 22, "MU_PMIN": 23, "MU_QMAX": 24, "MU_QMIN": 25, "PC1": 11,
    "PC2": 12, "QC1MIN": 13, "QC1MAX": 14, "QC2MIN": 15, "QC2MAX": 16, "RAMP_AGC": 17,
    "RAMP_10": 18, "RAMP_30": 19, "RAMP_Q": 20, "APF": 21,
}  # fmt: skip
COST_MODELS = {"PW_LINEAR": 1, "POLYNOMIAL": 2}
COST = {"MODEL": 1, "STARTUP": 2, "SHUTDOWN": 3, "NCOST": 4, "COST": 5}

# What MATPOWER's functions return, in the order in which they return it.
INDEX_FUNCTIONS: dict[str, dict[str, int]] = {
    "idx_bus": BUS_TYPES | BUS,
    "idx_brch": BRANCH,
    "idx_gen": GEN,
    "idx_cost": COST_MODELS | COST,
}
CONSTANTS = {
    name: position for names in INDEX_FUNCTIONS.values() for name, position in names.items()
}

DCLINE = {
    "F_BUS": 1, "T_BUS": 2, "BR_STATUS": 3, "PF": 4, "PT": 5, "QF": 6, "QT": 7, "VF": 8, "VT": 9,
    "PMIN": 10, "PMAX": 11, "QMINF": 12, "QMAXF": 13, "QMINT": 14, "QMAXT": 15, "LOSS0": 16,
    "LOSS1": 17,
}  # fmt: skip
COLUMNS = {
    "bus": BUS, "branch": BRANCH, "gen": GEN, "gencost": COST, "dcline": DCLINE,
    "dclinecost": COST,
}  # fmt: skip
FEWEST = {  # columns that a table must have
    "bus": 13, "branch": 11, "gen": 10, "gencost": 5, "dcline": 17, "dclinecost": 5,
}  # fmt: skip
