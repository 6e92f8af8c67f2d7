"""What customers owe, by voucher and by account, equal to ERPNext's Accounts Receivable (R33).

| file | what it says |
|---|---|
| filters.py | what is asked |
| conditions.py | which ledger entries the filters and the reader's rights leave |
| parties.py | whom the reader may see, and what is known of them |
| ledger.py | open vouchers, from one grouped query |
| mixed.py, allocation.py | vouchers whose entries don't all settle one invoice, entry by entry |
| ageing.py, terms.py, schedules.py | age, payment terms, what falls due later |
| future_payments.py, extras.py, remarks.py | the columns shown on demand |
| vouchers.py | the rows by voucher |
| accounts.py, account_figures.py, rebate_figures.py | the rows by account |
| columns.py | the columns of both views |
| statement.py, statement_paper.py, statement_desk.py, statement_mailing.py | the customer's statement of account (R35) |
| open_items.py, written_off.py, collections.py | what is to be collected, at which stage, by whom (R34) |
| collection_promises.py, collection_tasks.py, collection_news.py, collection_contacts.py | promises, ToDos, who is told of them, what was last done |
"""
