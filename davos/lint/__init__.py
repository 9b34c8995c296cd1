"""Lint rules: what `davos check` reports, and how."""
