"""Policies: which one is in force, how one follows another, what customers get from it."""
