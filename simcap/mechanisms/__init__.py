"""The measures of the source documents, one module each: part of a scenario in, parts of a network
out.
"""
