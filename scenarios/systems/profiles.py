"""Profiles of one synthetic day of 24 hours, as factors on what names them."""

HOURS = (1.0,) * 24

Day = tuple[float, ...]  # one factor per hour


def _percent(*values: float) -> Day:
    return tuple(value / 100 for value in values)


# Evening peak at hour 19; the sun shines from hour 7 to hour 18; the wind is strongest at night.
LOAD = _percent(
    52, 49, 46, 45, 48, 55, 65, 75, 81, 85, 87, 86,
    84, 81, 79, 80, 88, 96, 100, 97, 90, 80, 69, 59,
)  # fmt: skip
SOLAR = _percent(
    0, 0, 0, 0, 0, 0, 10, 35, 60, 80, 93, 98,
    96, 86, 67, 45, 22, 6, 0, 0, 0, 0, 0, 0,
)  # fmt: skip
WIND = _percent(
    61, 63, 64, 65, 63, 60, 55, 49, 44, 40, 38, 38,
    40, 43, 47, 50, 51, 51, 50, 50, 52, 55, 58, 60,
)  # fmt: skip

# Loads by kind of customer, each with its peak at 1.
RESIDENTIAL = _percent(
    55, 50, 47, 46, 47, 52, 62, 70, 68, 64, 62, 62,
    63, 61, 60, 63, 72, 85, 95, 100, 97, 88, 76, 64,
)  # fmt: skip
COMMERCIAL = _percent(
    40, 38, 37, 37, 39, 45, 58, 75, 90, 97, 100, 99,
    97, 98, 99, 97, 92, 84, 74, 65, 58, 52, 47, 43,
)  # fmt: skip
INDUSTRIAL = _percent(
    68, 66, 65, 65, 67, 72, 82, 92, 98, 100, 100, 97,
    94, 97, 99, 98, 94, 88, 84, 82, 79, 76, 73, 70,
)  # fmt: skip

CUSTOMERS: dict[str, Day] = {
    "residential": RESIDENTIAL,
    "commercial": COMMERCIAL,
    "industrial": INDUSTRIAL,
}
WEATHER: dict[str, Day] = {"solar": SOLAR, "wind": WIND}
