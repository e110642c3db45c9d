"""What crawling decides: pure, without IO or clock."""
