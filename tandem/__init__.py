"""Day-ahead markets that a transmission operator and many distribution operators clear together."""
