"""Risk Reports (R53–R55) and accountability (R80).

- `settings.py`: thresholds, days and levels as KAM Settings has them;
- `figures.py` → `policy/risk.py` → `indicator_rows.py`: what an account's documents say, judged, as rows of a report;
- `judged_events.py`: what people saw, and until when it counts;
- `periodic_reports.py`: the nightly drafting; `drafts.py`: one draft of the app for an account, whoever finds something;
- `assessment.py`: which level a report may have and who may say so; `submission.py`: who may submit and cancel;
- `critical.py`, `suspension.py`: what a critical report starts, and how a suspension ends;
- `follow_up.py`, `escalation.py`, `measures.py`, `reopening.py`: from submit to closed with evidence;
- `accountability.py`: cases about people.
"""
