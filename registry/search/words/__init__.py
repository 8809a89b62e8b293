"""Words: how texts in each language become the terms that are indexed and looked for. No Whoosh here."""
