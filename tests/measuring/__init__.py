"""The measuring program: what stands where on the pages of a PDF, and whether GB/T 9704 asks for it.

It shares no code with the builder: its numbers are written down again in standard.py.
"""
