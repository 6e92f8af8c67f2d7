"""Loads fixtures/demo_book through ERPNext's own documents.

`book` reads the files and moves their dates, `loader` runs the stages in order, `manifest` remembers what was made
so that `removal` takes away that and nothing else. Stages: `company` and `masters`, `history` (orders, invoices,
payments), `accounts` (users, key accounts, policy, agreements, visits).
"""
