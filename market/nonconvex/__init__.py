"""Prices, and what they leave to be gained, where plants are on or off."""
