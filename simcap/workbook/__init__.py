"""The workbook that is a scenario: its sheets, its words in two languages, and how both are written
and read.
"""
