"""One file a revision, frozen once it has landed."""
