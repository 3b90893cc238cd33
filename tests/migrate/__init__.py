"""Tests of `clusterdef migrate`: edits of a text, the table of formats, the command."""
