"""`makegood policy …`: a document checked, decided by, explained on the command line; without a database."""
