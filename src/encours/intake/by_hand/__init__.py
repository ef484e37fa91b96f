"""Import one file from a page: who may import what, the file as it arrives, the check and the import."""
