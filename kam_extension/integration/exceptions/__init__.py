"""Price Exceptions: asked for, approved, found for a document."""
