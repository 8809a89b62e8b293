"""Search: the only room that knows Whoosh. Text clauses go to the index, everything else to SQL."""
