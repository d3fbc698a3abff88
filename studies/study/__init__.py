"""What is to be cleared and how: a study and its file."""
