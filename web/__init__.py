"""The desk: pages on which the committee's own people work. It shows views and calls verbs, and holds no rule."""
