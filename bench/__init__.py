"""Quality and speed, measured: labels, extraction, training and the tables that documents quote."""
