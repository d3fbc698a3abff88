"""The figures of the report: each module turns tables into a few numbers, and draws them."""
