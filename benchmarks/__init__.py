"""The figures we hold ourselves to; `python -m benchmarks` prints them."""
