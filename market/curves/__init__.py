"""Exact bid curves of distribution areas, and transmission's clearing over them."""
