"""What a Slack client makes of texts and blocks: values in, safe HTML out. Pure."""
