"""A local Slack workspace: it plays Slack to the real bot over HTTP, for people and for tests."""
