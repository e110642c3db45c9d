"""What classifying decides: pure, without IO or clock."""
