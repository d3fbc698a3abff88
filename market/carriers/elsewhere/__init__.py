"""Operators in other processes or on other machines, asked over Arrow Flight with mutual TLS."""
