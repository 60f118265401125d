# One item: {"item":{"n":7},"map_index":6}. A worker need not be Python.
n=$(sed -n 's/.*"n":\([0-9]*\).*/\1/p' "$MN_INPUT_FILE")
echo "{\"complete_step\":{\"n\":$n,\"square\":$((n * n))}}"
