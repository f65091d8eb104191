"""The bot killed by the operating system at named points and at random, and what is left of it."""
