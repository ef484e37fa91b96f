"""A small believable data set: three entities, their customers, and every state that the list can show."""
