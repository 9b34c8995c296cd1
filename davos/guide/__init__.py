"""The guide: one Markdown file per topic, and what shows them."""
