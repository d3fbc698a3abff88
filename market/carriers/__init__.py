"""How questions travel to operators: one file per carrier, each with a function `ask`."""
