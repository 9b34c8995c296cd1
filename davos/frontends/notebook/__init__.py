"""IPython: the input transformer and the help while typing."""
