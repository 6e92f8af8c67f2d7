"""What nobody may read, change or rename past the documents' own rules."""
