"""Billing entities, customers, customer accounts and dunning contacts."""
