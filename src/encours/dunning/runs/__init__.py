"""Remind many accounts at once: a proposal to look at, then a run that nothing loses or doubles."""
