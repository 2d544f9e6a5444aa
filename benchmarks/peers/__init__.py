"""The nearest other ways to take a step with its history and state stored; their packages are theirs alone."""
