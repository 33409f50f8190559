"""Strokes and readings of Chinese characters: tables made by make.py; whence, says NOTICE.txt."""
