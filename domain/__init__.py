"""Rules of influencer marketing: true without computers, so no I/O, no clock, no Slack."""
