"""Which areas can bid a curve: one boundary, and hours that nothing couples."""

from collections.abc import Iterator, Sequence

from formulations.devices import all_devices
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
    if crosses := sorted(view.reserves.crosses):
        finding = f"its assets hold reserve {_named(crosses)} as well, a curve is of energy"
        yield Finding(place, finding, CURE)
    for what, names in _coupling(view):
        if names:
            finding = f"its hours are coupled by {what} {_named(names)}, a curve is of one hour"
            yield Finding(place, finding, CURE)


def _coupling(view: AreaView) -> Iterator[tuple[str, Sequence[str]]]:
    """Devices that couple one hour to another, by what couples them."""
    for device in all_devices():
        yield from device.coupled(view).items()


def _named(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    some = ", ".join(repr(n) for n in names[:MOST_NAMES])
    return some + (f" and {more} more" if more > 0 else "")
