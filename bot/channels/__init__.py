"""The chat services, each behind the same port. Their exceptions end here."""
