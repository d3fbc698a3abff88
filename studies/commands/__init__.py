"""The commands of `tandem`, by theme."""
