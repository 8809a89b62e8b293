"""Lists that leave the registry."""
