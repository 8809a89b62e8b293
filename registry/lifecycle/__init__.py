"""The life of an agreement in legal time: actions, status on a date, duration, deadlines."""
