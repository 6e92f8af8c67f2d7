"""The record of every decision, and the page that explains it."""
