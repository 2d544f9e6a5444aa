"""The pages of the desk, one file a resource; a deed is a resource of its own."""
