"""Files of billing entities and of customers with their dunning contacts."""
