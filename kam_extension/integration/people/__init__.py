"""People: who scores whom, monthly scorecards, their payouts and ranks (R59; S4 chapter 6).

| file | what it says |
|---|---|
| visibility.py | who sees scorecards and staff records |
| staff.py | a person's supervisor, template and pay |
| templates.py | criteria and bands, checked; read into the policy's terms |
| team_targets.py | a unit's targets of a month and what came of them |
| sales_results.py | what accounts brought in a month |
| scorecards.py | life of a scorecard: drafting, approval, objection |
| scorecard_drafts.py | every month one draft for each person |
| archive.py | the paper about an account manager |
| ranking.py | ranks of a unit's people, months last in rank |
"""
