"""What changes a consultation, one file a subject."""
