"""What pages and API share: the running registry, the error map, the reading of arguments, security headers."""
