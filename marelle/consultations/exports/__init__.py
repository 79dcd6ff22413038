"""The open data of a published consultation: one file a format, from published numbers alone (specs/disclosure.md, section 12)."""
