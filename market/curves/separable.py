"""Which areas can bid a curve: one boundary, and hours that nothing couples."""

from collections.abc import Iterator

from scenarios.findings import Finding
from scenarios.scenario import AreaView

CURE = "coordinate with method 'schedules'"
MOST_NAMES = 3


def curve_findings(view: AreaView) -> Iterator[Finding]:
    """Why an area cannot bid one curve for each hour; nothing where it can."""
    place = f"area '{view.name}'"
    if len(view.ports) > 1:
        finding = f"it meets {_named(list(view.ports))}, a curve is of the power at one boundary"
        yield Finding(place, finding, CURE)
    for device, names in _coupling(view).items():
        if names:
            finding = f"its hours are coupled by {device} {_named(names)}, a curve is of one hour"
            yield Finding(place, finding, CURE)


def _coupling(view: AreaView) -> dict[str, list[str]]:
    """Devices that couple one hour to another, by kind."""
    ramping = [n for n, g in view.generators.items() if g.ramp_mw_per_h is not None]
    return {
        "storage": list(view.storage),
        "shiftable load": list(view.shiftable_loads),
        "the ramp limit of": ramping,
    }


def _named(names: list[str]) -> str:
    more = len(names) - MOST_NAMES
    some = ", ".join(repr(n) for n in names[:MOST_NAMES])
    return some + (f" and {more} more" if more > 0 else "")
