"""A Pyomo model in, an optimum with duals out: compiled once, solved many times."""
