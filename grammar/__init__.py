"""The formal grammars of the smuggle statement and of the onion comment (Lark)."""
