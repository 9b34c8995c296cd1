"""Where davos runs: IPython shells, notebooks, plain Python."""
