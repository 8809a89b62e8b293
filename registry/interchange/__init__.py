"""Exchange with the world outside: files come in here, all or nothing, with every mistake named."""
