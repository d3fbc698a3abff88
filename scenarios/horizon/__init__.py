"""Many days from one: profiles over a year, cut into days that are cleared like any other."""
