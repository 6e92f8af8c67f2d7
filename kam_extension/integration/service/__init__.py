"""Complaints (R51) and satisfaction surveys (R52)."""
