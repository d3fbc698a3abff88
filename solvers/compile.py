"""Walk a Pyomo block once and keep it as arrays.

Every model here is at most quadratic, so Pyomo's own quadratic repn visitor sees all of it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.repn.quadratic import QuadraticRepnVisitor
from pyomo.repn.util import OrderedVarRecorder
from scipy import sparse

from solvers.program import Positions, Products, Program


@dataclass(frozen=True)
class Compiled:
    """A program and where each component of the block landed in it.

    `columns[name]` and `rows[name]` hold the positions of the members of the variable or
    constraint `name`, in the order of `members[name]`.
    """

    program: Program
    columns: dict[str, Positions]
    rows: dict[str, Positions]
    members: dict[str, list[Any]]


class NotQuadratic(TypeError):
    """The model has a term that is neither linear nor quadratic."""


def compile_block(block: pyo.Block) -> Compiled:
    """Arrays of the block's variables, constraints and objective (a minimisation, if any).

    A fixed variable is a column held at its value. Raises NotQuadratic where a constraint or the
    objective is more than quadratic.
    """
    variables = list(block.component_data_objects(pyo.Var, descend_into=True))
    position = {id(v): n for n, v in enumerate(variables)}
    recorder = OrderedVarRecorder({id(v): v for v in variables}, dict(position), None)
    visitor = QuadraticRepnVisitor({}, var_recorder=recorder)
    constraints = list(block.component_data_objects(pyo.Constraint, active=True))

    matrix, products, row_lower, row_upper = _rows(visitor, constraints, position)
    cost, quadratic, offset = _objective(visitor, block, position)
    program = Program(
        cost=cost,
        lower=_bounds([v.value if v.fixed else v.lb for v in variables], -np.inf),
        upper=_bounds([v.value if v.fixed else v.ub for v in variables], np.inf),
        matrix=matrix,
        row_lower=row_lower,
        row_upper=row_upper,
        quadratic=quadratic,
        offset=offset,
        products=products,
    )
    columns, members = _positions(block, pyo.Var, position)
    rows, row_members = _positions(
        block, pyo.Constraint, {id(c): n for n, c in enumerate(constraints)}
    )
    return Compiled(program, columns, rows, members | row_members)


def _bounds(values: list[float | None], missing: float) -> Any:
    return np.array([missing if v is None else v for v in values], dtype=float)


def _rows(visitor: Any, constraints: list[Any], position: dict[int, int]) -> Any:
    row, col, value = [], [], []
    products: list[tuple[int, int, int, float]] = []
    lower, upper = np.empty(len(constraints)), np.empty(len(constraints))
    for n, constraint in enumerate(constraints):
        lb, body, ub = constraint.to_bounded_expression(evaluate_bounds=True)
        repn = visitor.walk_expression(body)
        if repn.nonlinear is not None:
            raise NotQuadratic(f"constraint '{constraint.name}' is more than quadratic")
        for (a, b), coefficient in (repn.quadratic or {}).items():
            products.append((n, position[a], position[b], coefficient))
        lower[n] = -np.inf if lb is None else lb - repn.constant
        upper[n] = np.inf if ub is None else ub - repn.constant
        for variable, coefficient in repn.linear.items():
            row.append(n)
            col.append(position[variable])
            value.append(coefficient)
    shape = (len(constraints), len(position))
    matrix = sparse.csr_array((value, (row, col)), shape=shape, dtype=float)
    return matrix, _products(products), lower, upper


def _products(entries: list[tuple[int, int, int, float]]) -> Products | None:
    if not entries:
        return None
    row, first, second, value = zip(*entries, strict=True)
    return Products(
        np.array(row, dtype=np.int64),
        np.array(first, dtype=np.int64),
        np.array(second, dtype=np.int64),
        np.array(value, dtype=float),
    )


def _objective(visitor: Any, block: pyo.Block, position: dict[int, int]) -> Any:
    size = len(position)
    cost = np.zeros(size)
    objectives = list(block.component_data_objects(pyo.Objective, active=True))
    if not objectives:
        return cost, None, 0.0
    repn = visitor.walk_expression(objectives[0].expr)
    if repn.nonlinear is not None or len(objectives) > 1 or not objectives[0].is_minimizing():
        raise NotQuadratic(f"block '{block.name}' needs one quadratic objective to minimise")
    for variable, coefficient in repn.linear.items():
        cost[position[variable]] = coefficient
    pairs = repn.quadratic or {}
    ends = np.array([(position[a], position[b]) for a, b in pairs], dtype=int).reshape(-1, 2)
    values = np.array(list(pairs.values()), dtype=float)
    half = sparse.coo_array((values, (ends[:, 0], ends[:, 1])), shape=(size, size))
    return cost, sparse.csr_array(half + half.T) if pairs else None, float(repn.constant)


def _positions(block: pyo.Block, kind: type, position: dict[int, int]) -> Any:
    places, members = {}, {}
    for component in block.component_objects(kind, active=True):
        name = component.getname(fully_qualified=True, relative_to=block)
        kept = [(i, position[id(d)]) for i, d in component.items() if id(d) in position]
        places[name] = np.array([p for _, p in kept], dtype=np.int64)
        members[name] = [i for i, _ in kept]
    return places, members
