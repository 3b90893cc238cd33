"""clusterdef: describe a scientific cluster once; deploy it, and recover it, from that description."""

__version__ = "0.1.0"
