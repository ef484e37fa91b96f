"""Severities, message templates, reminders and the runs that issue them."""
