"""What the classifier's ports need."""
