"""A registry of treaties and agreements: their records, their law in time, their search and their lists."""

__version__ = "0.1.0"
