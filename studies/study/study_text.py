"""A study as the text of a TOML file."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from market.designs import Design
from studies.study.design_tables import kind_of, method_of, options_of
from studies.study.settlement_table import settlement_keys
from studies.study.study import Study
from studies.study.study_tables import FORMAT


def study_text(study: Study, scenario: str = "scenario") -> str:
    """Text of a study file whose scenario is the folder `scenario` beside it."""
    head = {"format": FORMAT, "name": study.name, "scenario": scenario}
    tables = [toml_lines(head)]
    tables.append(["[formulation]", *toml_lines(asdict(study.formulation))])
    tables += [["[[design]]", *_design(n, d)] for n, d in study.designs.items()]
    tables.append(["[margin]", *toml_lines(asdict(study.margin))])
    tables.append(["[security]", *toml_lines(asdict(study.security))])
    tables.append(["[load_flow]", *toml_lines(asdict(study.load_flow))])
    tables.append(["[coordination]", *toml_lines(asdict(study.coordination))])
    tables.append(["[pricing]", *toml_lines(asdict(study.pricing))])
    tables.append(["[settlement]", *toml_lines(settlement_keys(study.settlement))])
    tables.append(["[solver]", *toml_lines(asdict(study.solver))])
    return "\n\n".join("\n".join(lines) for lines in tables) + "\n"


def toml_lines(values: dict[str, Any]) -> list[str]:
    """One `key = value` line for each text, flag, number or list of them."""
    return [f"{_key(key)} = {_value(value)}" for key, value in values.items()]


def _design(name: str, design: Design) -> Iterator[str]:
    method = method_of(design)
    head = {"name": name, "kind": kind_of(design)} | ({"method": method} if method else {})
    yield from toml_lines(head | options_of(design))


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return _text(value) if isinstance(value, str) else repr(value)


def _text(value: str) -> str:
    # TOML's basic strings are JSON's, but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
