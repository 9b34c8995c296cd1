"""The smuggle statement: text in, text out. Knows neither pip nor IPython."""
