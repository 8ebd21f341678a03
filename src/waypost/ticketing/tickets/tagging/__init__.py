"""Tags on tickets: put on, taken off, told on the timeline."""
