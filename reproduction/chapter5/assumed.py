"""On what the chapter's systems rest."""

ASSUMED = (
    "IEEE 14 with 33-bus feeders in the place of the loads at buses 9, 10, 14, loads with "
    "exponents 1.2 and 3; ratings 1.3 times the flow without renewables, at least 15 MVA"
)
