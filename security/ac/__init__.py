"""AC power flow of one operator's network."""
