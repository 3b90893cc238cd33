"""The definitions that are shipped: are they complete, and do they fit together?"""
