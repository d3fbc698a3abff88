"""What an import says of an OpenDSS circuit."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from scenarios.findings import listed
from scenarios.importers.opendss.engine import Engine, elements_of
from scenarios.importers.opendss.network import LOPSIDED, Feeder
from scenarios.importers.opendss.standing import Standing

UNBALANCED = 1e-4  # p.u. between the phases' voltages, from which on it is said
FOREIGN = frozenset(
    {"indmach012", "isource", "vccs", "upfc", "gicline", "gictransformer", "gicsource",
     "windgen", "vsconverter"}
)  # fmt: skip
DEVICES = frozenset({"invcontrol", "expcontrol", "storagecontroller", "gendispatcher"})


def notes(file: Path, engine: Engine, feeder: Feeder, standing: Standing) -> Iterator[str]:
    """Sentences on the scenario of a circuit."""
    yield f"OpenDSS circuit {engine.ActiveCircuit.Name} from {file.name}"
    yield "taps and switched capacitors stand as OpenDSS's controls leave them"
    share = f"more than {LOPSIDED:.0%} of negative sequence"
    names = {
        "of fewer than three phases, taken as their share of all three": (
            *feeder.partial,
            *standing.partial,
        ),
        f"unlike phases, of which the positive sequence is taken ({share})": feeder.lopsided,
        "open at an end": feeder.open_ended,
        "buses without supply are left out": feeder.dark,
        "without a counterpart, left out": [e.name for e in elements_of(engine, FOREIGN)],
        "controls of devices are not followed, the market schedules them": _devices(engine),
    }
    yield from (f"{sentence}: {listed(held)}" for sentence, held in names.items() if held)
    yield from _of_phases(engine)
    yield from (f"{words} ({times})" for words, times in sorted(standing.said.items()) if times)
    yield "what produces has the cost of its technology"


def _devices(engine: Engine) -> list[str]:
    names = map(str.lower, map(str, engine.ActiveCircuit.AllElementNames))
    return [name for name in names if name.partition(".")[0] in DEVICES]


def _of_phases(engine: Engine) -> Iterator[str]:
    bus, apart = _unbalance(engine)
    if apart > UNBALANCED:
        yield f"phases are up to {apart:.4f} p.u. apart in OpenDSS's own power flow (bus {bus})"


def _unbalance(engine: Engine) -> tuple[str, float]:
    """The bus at which the voltages (p.u.) of phases are most apart, and how far."""
    worst, most = "", 0.0
    for name in engine.ActiveCircuit.AllBusNames:
        engine.ActiveCircuit.SetActiveBus(name)
        bus = engine.ActiveCircuit.ActiveBus
        pairs = zip(bus.Nodes, np.asarray(bus.puVmagAngle)[::2], strict=True)
        volts = [v for node, v in pairs if 1 <= node <= 3]
        if volts and (apart := float(max(volts) - min(volts))) > most:
            worst, most = str(name), apart
    return worst, most
