"""Starts, stops and connects everything."""
