"""One operator's compiled day, and the questions that it answers."""
