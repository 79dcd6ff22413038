"""What consultations bring to the shared pages, one file a subject."""
