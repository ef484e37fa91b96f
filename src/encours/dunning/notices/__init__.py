"""Formal notices («mises en demeure»): who may issue them, and the second person who approves them."""
