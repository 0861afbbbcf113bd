"""What people see and press: the command line, the settings, and the wiring that joins everything."""
