"""Files from outside, checked row by row and taken whole or not at all."""
