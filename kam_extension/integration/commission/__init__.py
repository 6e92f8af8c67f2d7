"""Commission of account managers on what was received and verified (R60, S4).

| file | what it says |
|---|---|
| manager_history.py | who had an account on which day |
| verification.py | when finance verified a receipt, in ERPNext's own terms |
| commission.py | what a month gives, and what it takes back |
| settlement.py | months are settled once their cut-off day has passed |
"""
