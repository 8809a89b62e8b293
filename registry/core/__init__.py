"""What every slice stands on: database, unit of work, clock, errors, dates, base schema, pagination."""
