"""Several real processes on one PostgreSQL, with Slack and a load balancer in front of them."""
