"""Fine-tuning the classifier's encoder: base weights, training targets, the loop, and the export to 8 bits."""
