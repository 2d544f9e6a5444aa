"""The nearest other ways to do the same: a transition with its history and its state stored. Their packages are theirs alone."""
