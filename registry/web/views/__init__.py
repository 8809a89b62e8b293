"""One module for each group of pages. A view parses, calls and renders."""
