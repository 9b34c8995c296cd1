"""Start the interpreter anew and run again what ran before."""
