"""Administration of billing entities, customers and dunning contacts."""
