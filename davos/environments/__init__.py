"""The kernel's own environment and the projects laid over it."""
