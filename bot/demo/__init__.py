"""One journey through the whole house, on this machine, with stand-ins for both chats."""
