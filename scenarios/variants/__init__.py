"""A scenario changed in one respect, for studies of what that changes."""
