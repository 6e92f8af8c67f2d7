"""From an approved Rebate Request to money, and back (R40, R73, R74).

`posting.py` posts the settlement of a request and takes it back; `journal.py` and `credit_note.py` say what is posted;
`dimensions.py` shares it out by cost center; `offsets.py`, `attached_credits.py` and `settlement_plan.py` are the
request's own settlement fields; `entry_events.py` keeps the request true when finance works on the entry.
"""
