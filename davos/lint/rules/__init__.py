"""The rules of `davos check`, one file per family."""
