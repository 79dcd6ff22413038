"""Lists and counts of consultations, one file a subject."""
