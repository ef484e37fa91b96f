"""Issue reminders in three steps: reserve and freeze, draw without a lock, store for ever."""
