"""The production server: gunicorn, static files, and on the embedded default a worker beside it."""
