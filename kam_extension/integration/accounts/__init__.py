"""Key accounts and their customers."""
