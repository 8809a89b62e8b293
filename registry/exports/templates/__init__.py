"""Named templates of exports: format, columns, grouping and options that a user has saved."""
