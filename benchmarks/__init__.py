"""One file per question of speed; `bin/bench NAME` answers it with a table."""
