"""The second proof of who signs in: an authenticator app, a passkey or a recovery code."""
