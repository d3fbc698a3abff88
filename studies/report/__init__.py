"""Runs for people: pages, figures, words."""
