"""`make erpnext-tests`: ERPNext's own tests without the app, under a policy, and with key accounts for customers.

modules.py     which test modules, in which settings   target.py        what make runs
comparison.py  what differs between two runs           places.py        fresh sites, and one run on one of them
recording.py   outcome of each test                    inside.py        runs in the bench's Python
                                                       key_accounts.py  makes customers key accounts, there too
"""
