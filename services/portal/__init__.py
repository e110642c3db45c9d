"""What people look at: search over all that was found, with facets, marks and citations."""
