"""One smuggle: provide the distribution, reload what changed, bind the name."""
