"""Commands of the command line that are imported when they are asked for."""

import ast
import importlib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand


def add_command(app: typer.Typer, place: str) -> None:
    """Add the function at `place` ("package.module:function") to `app`, under its own name.

    Its help is read from the source, so that a list of commands imports none of them.
    """
    module, function = place.split(":")

    class Later(TyperCommand):
        def make_context(self, *args: Any, **kwargs: Any) -> Any:
            command = _command(getattr(importlib.import_module(module), function), app)
            return command.make_context(*args, **kwargs)

    app.command(function.rstrip("_"), cls=Later, help=_docstring(module, function))(_nothing)


def _command(function: Callable[..., None], app: typer.Typer) -> Any:
    alone = typer.Typer(add_completion=False, rich_markup_mode=app.rich_markup_mode)
    alone.command()(function)
    return typer.main.get_command(alone)


def _nothing() -> None:
    """Stands for a command until it is asked for."""


def _docstring(module: str, function: str) -> str:
    tree = ast.parse(_source(module).read_text("utf-8"))
    return next(
        ast.get_docstring(node) or ""
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name == function
    )


def _source(module: str) -> Path:
    """The file of `module`, found without importing the packages that hold it."""
    top, *rest = module.split(".")
    spec = find_spec(top)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"no package {top}")
    return Path(spec.submodule_search_locations[0]).joinpath(*rest).with_suffix(".py")
