"""The domain. Standard library only; time is passed in; functions return what happened."""
