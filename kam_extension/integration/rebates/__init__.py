"""Agreements, receipts, claims, requests, settlement."""
