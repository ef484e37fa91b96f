"""Issued documents: stored once by content hash, chained, verified."""
