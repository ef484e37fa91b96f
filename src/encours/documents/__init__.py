"""The Typst engine: frozen data in, PDF bytes out."""
