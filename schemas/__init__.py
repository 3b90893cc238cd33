"""The published JSON Schemas (2020-12): what a user may write, said once, for clusterdef and for editors."""
