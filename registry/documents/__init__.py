"""Documents: the texts of agreements and their articles."""
