"""What time touches: the work that is done after a message was accepted."""
