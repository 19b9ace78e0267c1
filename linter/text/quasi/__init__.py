"""Details that identify nobody alone: found, weighed, bound to one person, told as facts."""
