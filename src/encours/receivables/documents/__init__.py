"""The documents of an invoice: frozen data, drawn always to the same bytes."""
