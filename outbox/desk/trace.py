"""Who got which version when."""
