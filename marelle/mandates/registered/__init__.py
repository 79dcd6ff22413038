"""What mandates bring to the registers of `base`: each file has `register()`, called when the house starts."""
