"""The database: the only truth. Every write goes through `Transaction.write` with its audit event."""
