"""What a file is: notebooks, scripts and text notebooks as parsed cells, and edits of them."""
