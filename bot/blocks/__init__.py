"""All that the bot says in Slack: values in, blocks out."""
