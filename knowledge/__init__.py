"""Guidelines, terms and questions in; editions, verdicts and changes out. Knows nothing of Slack."""
