"""The engine: the Whoosh index, kept in step with the database, and how it is asked."""
