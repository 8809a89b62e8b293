"""Completeness: what is missing, contradictory or not verified in each record, and how that changed over time."""
