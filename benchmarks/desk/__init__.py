"""A desk with as many requests as wanted, for `bin/bench pages`."""
