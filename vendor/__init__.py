"""What is vendored whole here is trimmed into the static files: see bin/vendor."""
