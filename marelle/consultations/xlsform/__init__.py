"""The researcher's workbook, an XLSForm with columns of ours, read into a questionnaire (specs/consultation.md, section 2)."""

from marelle.consultations.xlsform.faults import Fault, Todo
from marelle.consultations.xlsform.reading import Reading, read_workbook

__all__ = ["Fault", "Reading", "Todo", "read_workbook"]
