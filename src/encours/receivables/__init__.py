"""Invoices, credit notes, payments, allocations and holds."""
