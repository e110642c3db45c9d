"""Sources for Luming that live in a package of their own."""
