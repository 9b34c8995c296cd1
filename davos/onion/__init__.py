"""Onion comments: which arguments of which installer mean what."""
