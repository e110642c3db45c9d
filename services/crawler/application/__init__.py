"""The steps of crawling, in order, over ports."""
