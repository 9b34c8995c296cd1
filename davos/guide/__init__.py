"""The pages of the guide, one Markdown file per topic."""
