"""Agreements: the record of one registered instrument, its sides, signatures, subjects, relations and sources."""
