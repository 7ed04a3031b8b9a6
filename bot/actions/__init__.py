"""What people and time do to a case: each function is one use case in one transaction."""
