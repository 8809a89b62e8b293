"""States and organisations that conclude agreements, and the bodies through which they act."""
