"""Exports that were made or are being made: who asked for them, their files, manifests and history."""
