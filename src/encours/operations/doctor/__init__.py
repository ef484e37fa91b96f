"""Look at everything that Encours depends on, and say for each thing whether it is well and what to do."""
