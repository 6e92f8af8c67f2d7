"""Random documents through random doors: no submitted one is below its floor (R25).

`plans.py` says what a person could try, `world.py` is where, `moves.py` does it, `reference.py` works out by hand, so to
speak, what must come of it. Nothing here uses the app's rules.
"""
