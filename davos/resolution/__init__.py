"""All requirements of a notebook as one set."""
