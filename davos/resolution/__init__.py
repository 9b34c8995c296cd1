"""All requirements of a notebook as one set, and the lock that holds what they resolve to."""
