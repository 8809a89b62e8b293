"""Where the bytes of documents are kept: each file once, under the SHA-256 of what it holds, and never overwritten."""
