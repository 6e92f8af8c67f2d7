"""Plans and evaluations of accounts (R57, R58, R61; S0, S1, S3).

| file | what it says |
|---|---|
| periods.py | the metrics of the scorecard over any period |
| figures.py | revenue, growth, satisfaction … of many accounts, a fixed number of queries |
| plans.py | life of a plan: targets, approval |
| plan_figures.py | actuals, last year, lights and quarters of plans |
| quarter_reviews.py | a quarter is filled in by night, reviewed, confirmed |
| plan_actions.py | a plan's actions as to-dos, in step both ways |
| plan_paper.py | the paper of a plan |
| evaluations.py, evaluation_figures.py, evaluation_drafts.py | strengthen, maintain or end: judged once a year |
| assessments.py, assessment_notices.py | monthly, quarterly and annual assessment |
| bulk_updates.py | many rows in a few statements |
"""
