"""What alerting decides: pure, without IO or clock."""
