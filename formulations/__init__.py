"""Networks and devices as Pyomo components: each module adds one piece of physics to a block."""
