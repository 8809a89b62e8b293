"""Deadlines of all agreements: kept as rows, listed, put into calendars, and reminded of by e-mail."""
