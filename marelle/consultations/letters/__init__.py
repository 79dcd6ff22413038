"""Letters of consultations, one file a subject."""
