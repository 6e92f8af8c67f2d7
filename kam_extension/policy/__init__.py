"""The policy core: decides, explains, and knows neither Frappe nor ERPNext.

Facts come in as plain dataclasses (`facts`, `terms`), a `Verdict` goes out. Money is `Decimal`, percentages hold
14 for 14 %. The desk, the scheduler and the standalone replay all call the same functions.
"""
