"""Personal data: how long each kind is kept, what is held about a person, and how it is erased."""
