"""Pages of accounts, invoices, payments, allocations and holds."""
