"""Random books for the differential test of the replay (R62, R63): what was decided, and what replays say of it.

`market.py` is where the orders are placed, `deals.py` and `kinds.py` place them, `days.py` turns the clock, `exports.py` writes the
book as Frappe exports it, `figures.py` brings what was recorded and what is replayed into one form.
"""
