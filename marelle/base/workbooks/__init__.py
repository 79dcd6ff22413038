"""Spreadsheets that leave the house and come back: one sheet a level, readable by a person, keys under protection."""
