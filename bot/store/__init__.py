"""The database, the only truth. Every write goes through a transaction with its audit event."""
