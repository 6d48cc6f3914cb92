"""Documents at rest: encrypted as they come in, verified before they go out."""
