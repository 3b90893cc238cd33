"""Puppet's own tools, run on every module that has code."""
