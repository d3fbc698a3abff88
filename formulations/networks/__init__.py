"""Networks as Pyomo components: one file for each model of the grid."""
