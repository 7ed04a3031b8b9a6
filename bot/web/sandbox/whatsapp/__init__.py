"""Twilio's side: the line, its REST API, its webhooks."""
