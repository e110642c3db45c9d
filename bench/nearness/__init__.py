"""Near-duplicates: how fast look-alikes are found among many documents, and how many reprints and revisions are."""
