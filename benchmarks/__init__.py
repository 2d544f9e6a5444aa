"""What `make bench` measures: each figure against a floor, taken in the same run."""
