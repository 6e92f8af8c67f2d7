"""Where an account stands before an order or a delivery: exposure, limits, overdue days, instalments (R31, R32).

| file | what it says |
|---|---|
| standing.py | the way in: `credit_facts`, or `credit_question` and `credit_facts_from` to ask it with others |
| position.py | the one question, put together from the parts below |
| exposure.py | what customers owe, ordered and got, each once |
| overdue.py | days since the oldest unpaid instalment |
| instalments.py | what an order's own terms make due before its delivery |
| counted.py | what a document adds to the exposure |
| groups.py | accounts above and below |
"""

from kam_extension.integration.credit.standing import credit_facts, credit_facts_from, credit_question

__all__ = ["credit_facts", "credit_facts_from", "credit_question"]
