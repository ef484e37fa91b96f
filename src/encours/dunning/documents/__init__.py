"""The documents of a reminder: frozen data, drawn always to the same bytes."""
