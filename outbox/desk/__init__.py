"""The flows that span rooms, one module each."""
