"""Living with an account between two orders: visits, needs, follow-up, care, account reports (R45–R50).

- settings: what KAM Settings says, read once for each run
- cadence_accounts: which accounts are visited how often, read in a few queries
- cadence: the nightly run; visit_plans: what it writes; account_events: what a changed file does to its visits
- holidays: on which days nobody is visited
- todos: to-dos of Frappe, marked with the row that they stand for
- follow_ups, follow_up_escalation: actions and needs of a visit as to-dos, and what happens when they are late
- needs: the way of a need from being heard to being answered
- visit_tasks, visit_times: the visitor's to-do, and the moments that the calendar draws a visit by
- visit_form, visit_map: what the form and the map of visits ask the server
- figures: visits held and missed by account
- care, care_sources: the care calendar
- account_reports, report_drafts, report_stages, report_figures: periodic account reports and their way through the house
"""
