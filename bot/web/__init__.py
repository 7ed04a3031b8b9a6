"""The web server: what the chats call, what the admin sees."""
