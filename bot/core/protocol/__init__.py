"""Questions answered from the protocol library: passages, refusals, ranking, answers."""
