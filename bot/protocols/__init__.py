"""The protocol library and the search in it."""
