"""Where an account stands before an order or a delivery: exposure, limits, overdue days, instalments (R31, R32).

| file | what it says |
|---|---|
| standing.py | `credit_facts`, the one way in |
| position.py | the one query, put together from the parts below |
| exposure.py | what customers owe, ordered and got, each once |
| overdue.py | days since the oldest unpaid instalment |
| instalments.py | what an order's own terms make due before its delivery |
| counted.py | what a document adds to the exposure |
| groups.py | accounts above and below |
"""

from kam_extension.integration.credit.standing import credit_facts

__all__ = ["credit_facts"]
