"""Slack, through Bolt inbound and the Web API outbound."""
