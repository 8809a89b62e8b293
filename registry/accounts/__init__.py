"""Accounts: who signs in, in which role, and what each role may see and do."""
