"""Installer templates, snippets and disk layouts as data; the install engine is the room engine/."""
