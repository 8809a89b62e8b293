"""What ministries submit: drafts, review, receipts, and how a submission becomes part of the registry."""
