"""Base template, navigation, components, static files and error pages."""
