"""The screen «Boîte d'envoi» over the messages of delivery, within the entities that a user sees."""
