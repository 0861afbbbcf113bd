"""What is done about each delivery: one listener for each thing that people do."""
