"""Factories of every package, under one roof."""
