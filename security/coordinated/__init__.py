"""Load flow of operators that share only what crosses their boundaries."""
