"""What happens after what: a table of states and a pure step function for each flow; ports do the work."""
