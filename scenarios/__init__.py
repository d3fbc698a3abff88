"""What goes in and what comes out: records, tables, reading, checking, shipped systems."""
