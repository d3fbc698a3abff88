"""What designs clear with: from questions and answers to a clearing."""
