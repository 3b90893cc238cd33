"""No string changes the structure: every text that a site may hold, in every file that comes of it."""
