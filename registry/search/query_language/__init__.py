"""The query language: what people type, read into a tree, widened by terms of the same meaning."""
