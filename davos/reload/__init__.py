"""Replacing loaded modules by those of another version."""
