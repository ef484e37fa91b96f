"""The command palette: whatever one looks for by a few letters, in the rights and scope of who looks."""
