"""An OpenDSS circuit as its own engine solves it (D. Montenegro, R. C. Dugan, OpenDSS, EPRI)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.findings import Finding, InvalidInput
from scenarios.importers.optional import required

Complex = NDArray[np.complex128]
Engine = Any  # dss.IDSS
TOLERANCE = 1e-9  # p.u., of OpenDSS's power flow
RUNS = "mend it until OpenDSS compiles and solves it"


@dataclass(frozen=True)
class Element:
    """What stands between terminals: nodes of every conductor, primitive admittance (S).

    `nodes` has a row for each terminal: 1 to 3 are phases, 0 is the earth, others are neutrals.
    `y` has shape (conductors, conductors), the terminals one after the other.
    """

    kind: str
    name: str  # with its kind, such as line.l1
    buses: tuple[str, ...]
    nodes: tuple[tuple[int, ...], ...]
    y: Complex
    phases: int
    amps: float  # rating of the first terminal; 0 where there is none


def solved(file: Path) -> Engine:
    """An engine of its own, with the circuit compiled and solved once.

    Raises InvalidInput where OpenDSS cannot.
    """
    dss = required("dss", "opendss")
    if not file.is_file():
        raise _refused(file, "there is no such file", "name the file that defines the circuit")
    engine = dss.DSS.NewContext()
    engine.AllowChangeDir = engine.AllowEditor = engine.AllowForms = False
    try:
        engine.Text.Command = f'compile "{file.resolve()}"'
        if not engine.NumCircuits:
            raise _refused(file, "it defines no circuit", "begin it with New Circuit")
        engine.ActiveCircuit.Solution.Tolerance = TOLERANCE
        engine.ActiveCircuit.Solution.Solve()
    except dss.DSSException as error:
        words = " ".join(str(error).split())
        raise _refused(file, f"OpenDSS refuses it: {words}", RUNS) from error
    if not engine.ActiveCircuit.Solution.Converged:
        raise _refused(file, "OpenDSS's own power flow does not converge", RUNS)
    return engine


def _refused(file: Path, finding: str, cure: str) -> InvalidInput:
    return InvalidInput("the OpenDSS circuit", [Finding(str(file), finding, cure)])


def elements_of(engine: Engine, kinds: frozenset[str]) -> Iterator[Element]:
    """Elements of some kinds that are enabled."""
    circuit = engine.ActiveCircuit
    for name in circuit.AllElementNames:
        kind = str(name).partition(".")[0].lower()
        if kind not in kinds:
            continue
        circuit.SetActiveElement(name)
        held = circuit.ActiveCktElement
        if held.Enabled:
            yield _element(kind, str(name).lower(), held)


def _element(kind: str, name: str, held: Any) -> Element:
    terminals, conductors = int(held.NumTerminals), int(held.NumConductors)
    order = [int(n) for n in held.NodeOrder]
    flat = np.asarray(held.Yprim, dtype=float)
    size = terminals * conductors
    return Element(
        kind,
        name,
        tuple(str(bus).partition(".")[0].lower() for bus in held.BusNames),
        tuple(tuple(order[t * conductors : (t + 1) * conductors]) for t in range(terminals)),
        (flat[::2] + 1j * flat[1::2]).reshape(size, size),
        int(held.NumPhases),
        float(held.NormalAmps),
    )


def power_of(engine: Engine, name: str) -> complex:
    """What an element draws (MVA) in OpenDSS's own power flow, all phases together."""
    engine.ActiveCircuit.SetActiveElement(name)
    flat = np.asarray(engine.ActiveCircuit.ActiveCktElement.Powers, dtype=float)
    return complex(flat[::2].sum(), flat[1::2].sum()) / 1e3


def property_of(engine: Engine, name: str, key: str) -> str:
    """A property as OpenDSS writes it."""
    engine.ActiveCircuit.SetActiveElement(name)
    return str(engine.ActiveCircuit.ActiveCktElement.Properties(key).Val)


def number_of(engine: Engine, name: str, key: str) -> float:
    """A property that is a number."""
    return float(property_of(engine, name, key))
