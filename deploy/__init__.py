"""How Luming is put to work: on one machine, in images, on a cluster."""
