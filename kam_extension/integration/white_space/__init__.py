"""White space: what comparable accounts buy and an account does not (R78)."""
