"""A questionnaire for other houses: the workbook itself, an ODK XForm, DDI-Codebook 2.5, JSON, sheets for translators."""
