"""Forms that go out and come back: what is asked for, where it stands, what was answered."""
