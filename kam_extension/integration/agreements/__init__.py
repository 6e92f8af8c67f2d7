"""Agreements with key accounts besides their contracts: strategic cooperation, service, non-disclosure (R9).

| file | what it says |
|---|---|
| in_force.py | which signed agreements hold on a day |
| agreements.py | what a Key Account Agreement refuses, and where it stands |
| renewal.py | successors, by hand and by themselves |
| nightly.py | statuses by the date |
| renewals.py | how many were renewed of those that were due |
"""
