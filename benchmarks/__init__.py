"""One file with a `main` per question of speed, which `bin/bench NAME` answers with a table.

`frame` is for all of them; what only one needs besides is in a package.
"""
