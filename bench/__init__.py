"""Measure what Encours promises, on data it makes itself."""
