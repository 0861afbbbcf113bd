"""Guidelines, terms and questions in; editions, verdicts and changes out. Knows no Slack."""
