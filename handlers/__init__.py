"""What a person does in Slack, one file for each thing."""
