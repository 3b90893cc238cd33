"""A machine that is configured before there is a configuration server."""
