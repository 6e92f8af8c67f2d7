"""The documents behind each number of a scorecard (R14, R18)."""
