"""The documents of an account: frozen data, drawn always to the same bytes."""
