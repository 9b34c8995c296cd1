"""What is installed on a search path, and which import names belong to what."""
