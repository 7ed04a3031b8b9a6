"""What people touch: the chats, the pages, the command, and the rules of care behind them."""
