"""The outbox: bytes and addresses in, attempts and true states out."""
