"""Scripts, the modules they import, and processes they start."""
