"""`davos convert`: imports to pinned smuggles and back."""
