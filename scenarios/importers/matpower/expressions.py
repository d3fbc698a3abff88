"""The arithmetic that case files use to convert units: scalars, and columns of the tables."""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = NDArray[np.float64]  # shape (rows, columns)
Value = float | Columns

REFERENCE = re.compile(r"mpc\.(\w+)\s*\(\s*(:|\w+)\s*,\s*(\[[^\]]*\]|\w+)\s*\)")
FIELD = re.compile(r"mpc\.baseMVA\b")
_PYTHON_ALONE = re.compile(r"(?<!\w)\d\w*_|\*\*|//|(?<!\w)\d+[jJ]\b")  # MATLAB has no such forms

CURE = (
    "write final numbers (MW, Mvar, p.u.) into the tables; known are unit conversions like "
    "mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD, QD]) / 1e3"
)

_FUNCTIONS: dict[str, Callable[[Value], Any]] = {
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "acos": np.arccos, "asin": np.arcsin,
    "atan": np.arctan, "sqrt": np.sqrt, "abs": np.abs,
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.MatMult: operator.mul,  # stands for .*
    ast.FloorDiv: operator.truediv,  # stands for ./
}


class NotUnderstood(Exception):
    """The text says something that is not understood: what it is, and what to do about it."""

    def __init__(self, finding: str, cure: str = CURE) -> None:
        super().__init__(finding)
        self.cure = cure


def evaluate(
    text: str, names: Mapping[str, float], columns: Callable[[re.Match[str]], Value]
) -> Value:
    """Value of a MATLAB expression; `columns` gives what a reference to a table holds.

    Raises NotUnderstood for anything but arithmetic on scalars and on columns element by element.
    """
    if _PYTHON_ALONE.search(text):
        raise NotUnderstood("the expression cannot be read")
    held: dict[str, Value] = dict(names)

    def remember(match: re.Match[str]) -> str:
        held[f"ref_{len(held)}"] = columns(match)
        return list(held)[-1]

    plain = FIELD.sub("mpc_base_mva", REFERENCE.sub(remember, text))
    plain = plain.replace(".*", "@").replace("./", "//").replace(".^", "?").replace("^", "**")
    try:
        return _value(ast.parse(plain.strip(), mode="eval").body, held)
    except (SyntaxError, ValueError, OverflowError) as error:
        raise NotUnderstood("the expression cannot be read") from error
    except (RecursionError, MemoryError) as error:
        raise NotUnderstood("the expression is nested too deeply") from error


def _value(node: ast.expr, held: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant(value=int() | float() as number) if np.isfinite(float(number)):
            return float(number)
        case ast.Name(id=name) if name in held:
            return held[name]
        case ast.Name(id=name):
            raise NotUnderstood(f"{name!r} has no value")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, held)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand, held)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _combined(op, _value(left, held), _value(right, held))
        case ast.Call(func=ast.Name(id=name), args=[argument]) if name in _FUNCTIONS:
            return _applied(name, _value(argument, held))
    raise NotUnderstood("only + - * / ^ and sin, cos, tan, acos, asin, atan, sqrt, abs are known")


def _applied(name: str, argument: Value) -> Value:
    """A function of a scalar, or of every entry of columns; outside its domain it is refused."""
    with np.errstate(invalid="ignore"):
        result = _FUNCTIONS[name](argument)
    if not np.isfinite(result).all():
        raise NotUnderstood(f"{name} has no value there")
    return result if isinstance(argument, np.ndarray) else float(result)


def _combined(op: ast.operator, left: Value, right: Value) -> Value:
    """Scalars combine freely; `*`, `/` and `^` of two tables would be matrix algebra."""
    columns = [isinstance(side, np.ndarray) for side in (left, right)]
    matrix_algebra = (
        (isinstance(op, ast.Mult) and all(columns))
        or (isinstance(op, ast.Div) and columns[1])
        or (isinstance(op, ast.Pow) and any(columns))
    )
    if matrix_algebra:
        raise NotUnderstood("matrix algebra is not known; use .* and ./ for columns")
    if all(columns) and np.shape(left) != np.shape(right):
        raise NotUnderstood("the two sides have different numbers of columns")
    left, right = (
        side if isinstance(side, np.ndarray) else np.float64(side) for side in (left, right)
    )
    try:
        with np.errstate(divide="raise", invalid="raise", over="raise"):
            result: Value = _OPERATORS[type(op)](left, right)
    except ArithmeticError as error:
        raise NotUnderstood("the result is not a real number") from error
    return result
