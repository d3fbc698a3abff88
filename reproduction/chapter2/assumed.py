"""On what the chapter's systems rest."""

ASSUMED = (
    "33-bus feeders scaled to the loads that stood at the boundary buses; which buses are fed "
    "beside those named in captions, exponents and generators are assumed"
)
