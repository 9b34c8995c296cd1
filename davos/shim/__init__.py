"""`davos shim`: other tools for notebooks that smuggle."""
