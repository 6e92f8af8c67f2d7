"""Scorecards, tier runs, reviews, overrides."""
