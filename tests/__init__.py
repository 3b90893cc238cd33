"""The tests of clusterdef."""
