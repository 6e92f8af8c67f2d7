"""A large book of orders, invoices and payments, written straight into the tables of a fresh site.

Everything follows from `Size` and the as-of date by arithmetic, so that the same call always makes the same book. An
account's standing (ordered in the year, owed today, premium over the list, influence) depends on its number alone and
not on how many documents carry it: a book of twice the documents has the same tiers. Indexes are those of ERPNext.
"""
