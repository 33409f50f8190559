"""WHO GETS WHAT: a roster, templates and a job become letters."""
