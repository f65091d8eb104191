"""Where creators come from: platforms and files."""
