"""The commands of `vigia`, one module each."""
