"""A report for people who decide: from the results of a sweep to one file.

``goals`` and ``facts`` choose the numbers, ``sentences`` and ``guards`` say them, ``content`` puts
a report together as headings, paragraphs, tables and pictures, and ``html`` writes it.
"""
