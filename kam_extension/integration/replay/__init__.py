"""Policy Replay: what a policy would have decided about the site's past orders (R62).

| file | what it does |
|---|---|
| control.py | start, cancel, what a dead worker leaves |
| run.py | the job: orders in chunks, sums, rebates, tiers, one result |
| snapshot.py | a connection of its own that only reads, as of one moment |
| order_rows.py | a chunk of past orders with everything that hangs on them |
| records.py | what was recorded of an order on its day: its KAM Decision |
| price_days.py, stock_costs.py | prices of a day, costs of what is stocked |
| order_facts.py | an order as the policy core's facts, under any policy |
| sides.py | the two policies that are compared |
| rebates_owed.py, tiers_earned.py | rebate cost by month, tiers under each policy |
| results.py, summary.py | rows and sums that the document keeps |
| explanation.py | the page of one order |
"""
