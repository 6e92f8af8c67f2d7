"""Health of key accounts: one score from visible parts (R77).

| file | what it says |
|---|---|
| settings.py | weights, thresholds and actions as KAM Settings have them |
| readings.py | what is measured of all accounts of a company, a fixed number of queries |
| evidence_dates.py | how old the newest document behind each part is |
| scores.py | the nightly run: score, compare, write what changed |
| store.py | the tables that it writes |
| actions.py | what starts when an account falls below a threshold |
| history.py | scores over time, for the form |
"""
