"""Tests of `clusterdef module new`: Puppet code read, shapes made of its types, the command."""
