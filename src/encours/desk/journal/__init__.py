"""The page «Journal»: who did what, when and from where, within the entities that a user sees."""
