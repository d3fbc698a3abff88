"""Nodes and links of an OpenDSS circuit's balanced equivalent."""

import cmath
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import networkx as nx
import numpy as np

from scenarios.findings import Finding, InvalidInput, listed
from scenarios.importers.circuit import Link, Node
from scenarios.importers.opendss.engine import Complex, Element, Engine, elements_of
from scenarios.importers.opendss.sequence import Pi, imbalance, positive_sequence, star, two_port

BASE_MVA = 1.0
TURNING = frozenset({"transformer", "autotrans"})
RATED = TURNING | {"line"}  # what others have stems from a size that nobody gave
PASSIVE = TURNING | {"line", "capacitor", "reactor", "fault"}
SOURCE = "source"  # name of the node behind the source's impedance
ANY_BAND = (0.5, 1.5)  # p.u., behind the source's impedance
LOPSIDED = 0.01  # negative over positive sequence, from which on it is said


@dataclass
class Found:
    """Links and shunts (p.u.) as elements are added, and what is to be said of elements."""

    kv: dict[str, float]
    links: list[tuple[str, str, str, Pi, float | None]] = field(default_factory=list)
    shunts: defaultdict[str, complex] = field(default_factory=lambda: defaultdict(complex))
    findings: list[Finding] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    lopsided: list[str] = field(default_factory=list)
    open_ended: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Feeder:
    """The balanced equivalent of what the source supplies; the source is node 0, the root 1."""

    base_mva: float
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    v_source_pu: float
    dark: tuple[str, ...]
    partial: tuple[str, ...]
    lopsided: tuple[str, ...]
    open_ended: tuple[str, ...]

    @property
    def root(self) -> str:
        """Name of the bus at which the source stands."""
        return self.nodes[1].name


def feeder_of(engine: Engine) -> Feeder:
    """The balanced equivalent; raises InvalidInput with all that has none."""
    found = Found(_base_kv(engine))
    root = _add_source(engine, found)
    for element in elements_of(engine, PASSIVE):
        _add(engine, found, element)
    if found.findings:
        raise InvalidInput("the OpenDSS circuit", found.findings)
    graph = nx.Graph((start, end) for _, start, end, _, _ in found.links)
    lit = nx.node_connected_component(graph, SOURCE)
    names = [SOURCE, root, *sorted(n for n in lit if n not in (SOURCE, root))]
    number = {name: n for n, name in enumerate(names)}
    sources = engine.ActiveCircuit.Vsources
    return Feeder(
        BASE_MVA,
        tuple(_nodes(engine, found, names)),
        tuple(_link(number, link) for link in found.links if link[1] in lit),
        sources.pu * sources.BasekV / found.kv[root],
        tuple(sorted(n for n in found.kv if n not in lit)),
        tuple(found.partial),
        tuple(found.lopsided),
        tuple(found.open_ended),
    )


def _base_kv(engine: Engine) -> dict[str, float]:
    """Base voltage (kV) between phases of every bus; raises InvalidInput where one has none."""
    held = {}
    for name in engine.ActiveCircuit.AllBusNames:
        engine.ActiveCircuit.SetActiveBus(name)
        held[str(name).lower()] = float(engine.ActiveCircuit.ActiveBus.kVBase) * math.sqrt(3.0)
    without = [name for name, kv in held.items() if not kv]
    if without:
        cure = "add Set VoltageBases=[...] and CalcVoltageBases before Solve"
        finding = Finding(f"bus {listed(without)}", "there is no base voltage", cure)
        raise InvalidInput("the OpenDSS circuit", [finding])
    return held


def _add_source(engine: Engine, found: Found) -> str:
    """The first source as a link from what stands behind its impedance; gives its bus."""
    first, *others = elements_of(engine, frozenset({"vsource"}))
    for other in others:
        cure = "disable it, or import what each source supplies by itself"
        found.findings.append(Finding(other.name, "it is a second source", cure))
    root = first.buses[0]
    found.kv[SOURCE] = found.kv[root]
    z = 1 / _per_unit(found, first, positive_sequence(first))[0, 0]
    found.links.append((first.name, SOURCE, root, Pi(z, 0.0, 0.0, 1.0), None))
    return root


def _add(engine: Engine, found: Found, element: Element) -> None:
    """Shunts and links of an element."""
    if len(element.buses) > 2 and not _has_star(found, element):
        return
    y = _per_unit(found, element, positive_sequence(element))
    if element.phases < 3:
        found.partial.append(element.name)
    elif imbalance(element) > LOPSIDED:
        found.lopsided.append(element.name)
    if len(element.buses) > 2:
        inner = f"inner-{element.name}"
        found.kv[inner] = found.kv[element.buses[0]]
        for n, leg in enumerate(star(y, _ratios(engine, found, element))):
            rating = _rating(found, element) if n == 0 else None
            found.links.append((f"{element.name}-{n + 1}", element.buses[n], inner, leg, rating))
        return
    near, far = element.buses[0], element.buses[-1]
    if near == far:
        found.shunts[near] += y.sum()
    elif (pi := two_port(y, turns=element.kind in TURNING)) is None:
        found.open_ended.append(element.name)
        found.shunts[near] += y[0, 0]
        found.shunts[far] += y[1, 1]
    else:
        found.links.append((element.name, near, far, pi, _rating(found, element)))


def _has_star(found: Found, element: Element) -> bool:
    """Whether an element of several windings has an equivalent; says why not."""
    if len(element.buses) == 3 and element.phases == 3 and element.kind == "transformer":
        return True
    if element.phases == 1:
        finding = "halves of a winding with a centre tap are no phases"
        cure = "let loads stand at its primary, or give it two windings"
    else:
        finding = f"{element.kind} of {len(element.buses)} windings and {element.phases} phases"
        cure = "use transformers of two windings, or of three windings and phases"
    found.findings.append(Finding(element.name, finding, cure))
    return False


def _ratios(engine: Engine, found: Found, element: Element) -> list[float]:
    """Ratio (p.u.) of every winding: its voltage and tap over the base of its bus."""
    held = engine.ActiveCircuit.Transformers
    held.Name = element.name.partition(".")[2]
    ratios = []
    for n, bus in enumerate(element.buses, start=1):
        held.Wdg = n
        ratios.append(float(held.kV) * float(held.Tap) / found.kv[bus])
    return ratios


def _per_unit(found: Found, element: Element, y: Complex) -> Complex:
    kv = np.array([found.kv[bus] for bus in element.buses])
    scaled: Complex = y * np.outer(kv, kv) / BASE_MVA
    return scaled


def _rating(found: Found, element: Element) -> float | None:
    """Rating (MVA) by the current of the first terminal."""
    if element.kind not in RATED or element.amps <= 0:
        return None
    return element.phases * found.kv[element.buses[0]] / math.sqrt(3.0) * element.amps / 1e3


def _nodes(engine: Engine, found: Found, names: Sequence[str]) -> Iterator[Node]:
    settings = engine.ActiveCircuit.Settings
    band = (float(settings.NormVminpu), float(settings.NormVmaxpu))
    for name in names:
        shunt = found.shunts[name] * BASE_MVA
        is_source = name == SOURCE
        low, high = ANY_BAND if is_source else band
        yield Node(name, found.kv[name], low, high, shunt.real, shunt.imag, is_source, None)


def _link(number: dict[str, int], held: tuple[str, str, str, Pi, float | None]) -> Link:
    name, start, end, pi, rating = held
    beyond = 2 * (pi.y_to - pi.y_from)
    return Link(
        name,
        number[start],
        number[end],
        pi.z.real,
        pi.z.imag,
        2 * pi.y_from.imag,
        2 * pi.y_from.real,
        beyond.real,
        beyond.imag,
        abs(pi.tap),
        math.degrees(cmath.phase(pi.tap)),
        rating,
        is_lopsided=False,
    )
