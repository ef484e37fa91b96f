"""The two statements of an account, on screen, as PDF and as XLSX."""
