"""Commands for whoever runs Encours."""
