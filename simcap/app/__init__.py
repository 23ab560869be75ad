"""The local page of ``simcap app``: what if, watch, learn. Streamlit is imported here alone.

``page.py`` is the script that Streamlit runs; each page stands in a module of its own and has one
function ``page()``.
"""
