"""E-mail that the registry sends: queued in the transaction that causes it, sent later, tried again until it goes."""
