"""The measuring program: what stands where on a PDF's pages, and whether GB/T 9704 asks for it.

It shares no code with the builder: its numbers are written down again in standard.py.
"""
