"""Training of the weights that choose an article's blocks; development only, nothing at run time imports it."""
