"""What people see and press: the command line, the settings, the wiring that joins it all."""
