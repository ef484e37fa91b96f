"""Django settings, one module per situation."""
