"""Physical and economic questions beside a run, each with its folder."""
