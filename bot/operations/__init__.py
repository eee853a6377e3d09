"""What the command line does to an installation, whether a server runs beside it or not."""
